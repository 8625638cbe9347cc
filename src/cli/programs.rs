//! What a person sees and can do while plugins that are programs run: a line for each that is started, and Ctrl-C, which ends them.

use std::io::{self, Write};
use std::process;
use std::sync::{Arc, Once, Weak};

use super::Common;
use crate::plugin::Externals;

/// The exit code of a process that Ctrl-C ended.
const INTERRUPTED: i32 = 130;

/// Prints a line for each program that is started. From the first one on, Ctrl-C ends the programs before this process.
pub(super) fn announce(common: &Common, externals: &Arc<Externals>) -> impl Fn(&str) + Send + Sync + 'static {
    let quiet = common.quiet;
    let externals = Arc::downgrade(externals);
    let first = Once::new();
    move |line| {
        first.call_once(|| end_on_interrupt(&externals));
        if !quiet {
            let _ = writeln!(io::stderr(), "{line}");
        }
    }
}

/// A preview has a handler of its own, and ends in order.
fn end_on_interrupt(externals: &Weak<Externals>) {
    let externals = Weak::clone(externals);
    let _ = ctrlc::set_handler(move || {
        if let Some(externals) = externals.upgrade() {
            externals.close();
        }
        process::exit(INTERRUPTED);
    });
}
