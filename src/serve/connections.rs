//! The connections that are open: streams in, the least useful one closed when there are too many.
//!
//! Invariant: a client that is slow or says nothing gives way to the next one, and does so before any tab of the preview itself.

use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::site::lock;

/// Connections that are open at once.
const MAX_CONNECTIONS: usize = 512;
/// An answer that takes longer than this goes to a slow reader.
const SLOW: Duration = Duration::from_secs(2);

/// What a connection does, the least useful first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Activity {
    /// It waits for a request, or for the rest of one.
    Waiting,
    /// It sends an answer.
    Answering,
    /// It tells an open tab of this preview what changes.
    OwnTab,
}

/// A stream with what it does, and since when.
struct OpenConnection {
    stream: TcpStream,
    activity: Mutex<(Activity, Instant)>,
}

/// All open connections.
#[derive(Default)]
pub(super) struct Connections(Mutex<Vec<Arc<OpenConnection>>>);

/// An open connection, which is closed and forgotten when this is dropped.
pub(super) struct Connection {
    entry: Arc<OpenConnection>,
    all: Arc<Connections>,
}

impl Connections {
    /// Counts this stream among the open ones. Gives it back if there are too many, and none can be closed for it.
    pub(super) fn open(self: &Arc<Self>, stream: TcpStream) -> Result<Connection, TcpStream> {
        let is_full = lock(&self.0).len() >= MAX_CONNECTIONS;
        if is_full && !self.close_one() {
            return Err(stream);
        }
        let entry = Arc::new(OpenConnection { stream, activity: Mutex::new((Activity::Waiting, Instant::now())) });
        lock(&self.0).push(Arc::clone(&entry));
        Ok(Connection { entry, all: Arc::clone(self) })
    }

    /// Closes the connection that is the least useful. Says whether there was one.
    pub(super) fn close_one(&self) -> bool {
        let mut open = lock(&self.0);
        let activities = open.iter().enumerate().map(|(at, entry)| (*lock(&entry.activity), at));
        let may_close = |(activity, since): &(Activity, Instant)| *activity != Activity::Answering || since.elapsed() > SLOW;
        let Some((_, least)) = activities.filter(|(activity, _)| may_close(activity)).min() else { return false };
        // Its thread wakes, finds the stream closed, and ends.
        let _ = open.swap_remove(least).stream.shutdown(Shutdown::Both);
        true
    }
}

impl Connection {
    /// The stream to the client.
    pub(super) fn stream(&self) -> &TcpStream {
        &self.entry.stream
    }

    /// Says what the connection does from now on.
    pub(super) fn enter(&self, activity: Activity) {
        *lock(&self.entry.activity) = (activity, Instant::now());
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let mut open = lock(&self.all.0);
        if let Some(at) = open.iter().position(|entry| Arc::ptr_eq(entry, &self.entry)) {
            open.swap_remove(at);
        }
    }
}
