//! Arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    avocet::cli::run(avocet::plugin::Registry::standard())
}
