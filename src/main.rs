//! Arguments in, exit code out.

use std::process::ExitCode;

// Ten thousand posts are some ten million small allocations in several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    avocet::cli::run(avocet::plugin::Registry::standard())
}
