//! Avocet with the plugin `word-count`.

use std::process::ExitCode;

use avocet::plugin::Registry;

fn main() -> ExitCode {
    avocet::cli::run(Registry::standard().with("word-count", word_count::plugin))
}
