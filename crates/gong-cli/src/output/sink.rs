//! The buffer in front of stdout: nothing else in the program writes there.

use std::io::{self, BufWriter, Write};

use super::error::Result;
use crate::ui::Progress;

const CAPACITY: usize = 64 * 1024;

/// Where all output goes.
pub(super) struct Sink {
    out: BufWriter<BesideProgress>,
}

impl Sink {
    pub(super) fn new(out: impl Write + 'static) -> Self {
        let out = BesideProgress { out: Box::new(out), progress: None };
        Self { out: BufWriter::with_capacity(CAPACITY, out) }
    }

    /// Hides the progress line while something is written, as both are on the same terminal.
    pub(super) fn share_terminal(&mut self, progress: Progress) {
        self.out.get_mut().progress = Some(progress);
    }

    pub(super) fn write(&mut self, text: &str) -> Result<()> {
        Ok(self.out.write_all(text.as_bytes())?)
    }

    pub(super) fn write_line(&mut self, text: &str) -> Result<()> {
        self.write(text)?;
        self.write("\n")
    }

    pub(super) fn write_bytes(&mut self, bytes: &[u8]) -> Result<()> {
        Ok(self.out.write_all(bytes)?)
    }

    pub(super) fn flush(&mut self) -> Result<()> {
        Ok(self.out.flush()?)
    }
}

struct BesideProgress {
    out: Box<dyn Write>,
    progress: Option<Progress>,
}

impl Write for BesideProgress {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &self.progress {
            Some(progress) => progress.beside(|| self.out.write(bytes)),
            None => self.out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &self.progress {
            Some(progress) => progress.beside(|| self.out.flush()),
            None => self.out.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Broken(io::ErrorKind);

    impl Write for Broken {
        fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_stdout_that_takes_no_more_is_noticed_at_the_flush() {
        let mut sink = Sink::new(Broken(io::ErrorKind::BrokenPipe));
        sink.write_line("a").unwrap();
        assert!(sink.flush().unwrap_err().is_closed_pipe());

        let mut sink = Sink::new(Broken(io::ErrorKind::StorageFull));
        sink.write_line("a").unwrap();
        assert!(!sink.flush().unwrap_err().is_closed_pipe());
    }

    #[test]
    fn what_does_not_fit_the_buffer_is_noticed_at_once() {
        let mut sink = Sink::new(Broken(io::ErrorKind::StorageFull));
        assert!(sink.write(&"x".repeat(CAPACITY + 1)).is_err());
    }
}
