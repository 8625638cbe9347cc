//! The processes that a program starts are ended with it: on Unix each child leads a process group of its own.
//!
//! Invariant: a group is only ended before its leader is reaped, so that its number cannot belong to anybody else by then.

use std::process::{Child, Command};

/// Makes the process that this command starts the leader of a group.
pub(super) fn lead(command: &mut Command) {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    #[cfg(not(unix))]
    let _ = command;
}

#[cfg(unix)]
pub(super) use unix::Group;

#[cfg(unix)]
mod unix {
    use std::sync::{Mutex, PoisonError};

    use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

    use super::Child;

    /// A child with the processes that it started.
    pub(in super::super) struct Group(Mutex<Option<Pid>>);

    impl Group {
        pub(in super::super) fn of(child: &Child) -> Self {
            Self(Mutex::new(i32::try_from(child.id()).ok().and_then(Pid::from_raw)))
        }

        /// Whether its leader has ended.
        pub(in super::super) fn has_ended(&self, _: &mut Child) -> bool {
            let leader = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
            leader.is_none_or(|leader| matches!(waitid(WaitId::Pid(leader), options), Ok(Some(_)) | Err(_)))
        }

        /// Ends all of them; from any thread.
        pub(in super::super) fn kill(&self) {
            if let Some(leader) = *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
                let _ = kill_process_group(leader, Signal::KILL);
            }
        }

        /// Ends all of them for good: the leader may be reaped now.
        pub(in super::super) fn kill_and_forget(&self, _: &mut Child) {
            if let Some(leader) = self.0.lock().unwrap_or_else(PoisonError::into_inner).take() {
                let _ = kill_process_group(leader, Signal::KILL);
            }
        }
    }
}

/// A child alone: other systems have no groups that could be ended without unsafe code.
#[cfg(not(unix))]
pub(super) struct Group;

#[cfg(not(unix))]
impl Group {
    pub(super) fn of(_: &Child) -> Self {
        Self
    }

    pub(super) fn has_ended(&self, child: &mut Child) -> bool {
        !matches!(child.try_wait(), Ok(None))
    }

    pub(super) fn kill(&self) {}

    pub(super) fn kill_and_forget(&self, child: &mut Child) {
        let _ = child.kill();
    }
}
