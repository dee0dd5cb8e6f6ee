//! `cargo xtask bench media`: that memory stays flat while the largest recording goes up and down.

use std::{
    fs,
    io::{self, BufRead as _, BufReader, Read, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Instant,
};

use anyhow::{Context as _, Result, bail};

use super::{
    Figure, MEBIBYTE, expect,
    gong::{Gong, Run},
    mebibytes,
};
use crate::shell;

/// As many bytes as Gong takes.
const LENGTH: u64 = 1_500_000_000;
const MOST_MEMORY: u64 = 64 * MEBIBYTE;
const CALL: &str = "7000000000000000000";

pub(super) fn measure() -> Result<Vec<Figure>> {
    let folder = shell::target()?.join("bench-media");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let measured = measure_in(&folder);
    fs::remove_dir_all(&folder)?;
    measured
}

fn measure_in(folder: &Path) -> Result<Vec<Figure>> {
    let gong = Gong::find()?;
    let host = Host::start()?;
    let file = folder.join("recording.mp4");
    let file_name = file.to_str().context("the target folder has an odd name")?;

    let download = host.run(&["calls", "media", CALL, "--to", file_name]);
    let begin = Instant::now();
    let down = gong.peak_memory(&download)?;
    let down_time = begin.elapsed();
    expect("bytes of the file", fs::metadata(&file)?.len(), LENGTH)?;

    let upload = host.run(&["calls", "upload", CALL, file_name]);
    let begin = Instant::now();
    let up = gong.peak_memory(&upload)?;
    let up_time = begin.elapsed();
    expect("bytes that arrived as they were sent", host.arrived.load(Ordering::SeqCst), LENGTH)?;

    let figure = |way: &str, peak: u64, seconds: f64| Figure {
        what: format!("peak memory of the {way} of 1.5 GB"),
        measured: format!("{}, in {seconds:.1} s", mebibytes(peak)),
        target: format!("≤ {}", mebibytes(MOST_MEMORY)),
        is_met: peak <= MOST_MEMORY,
    };
    Ok(vec![
        figure("download", down, down_time.as_secs_f64()),
        figure("upload", up, up_time.as_secs_f64()),
    ])
}

/// Stands for Gong and for the host of its recordings. Runs until the process ends.
struct Host {
    address: SocketAddr,
    /// How many bytes of the recording came back as they are.
    arrived: Arc<AtomicU64>,
}

impl Host {
    fn start() -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let arrived = Arc::new(AtomicU64::new(0));
        let host = Self { address, arrived: Arc::clone(&arrived) };
        let block: Arc<[u8]> = block().into();
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let (arrived, block) = (Arc::clone(&arrived), Arc::clone(&block));
                thread::spawn(move || {
                    if let Err(error) = serve(connection, address, &arrived, &block) {
                        println!("a connection ended early: {error:#}");
                    }
                });
            }
        });
        Ok(host)
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let mut run = Run::of(arguments);
        run.base_url = Some(format!("http://{}", self.address));
        run
    }
}

/// What the recording repeats. It begins like an MP4 file.
fn block() -> Vec<u8> {
    let mut state: u32 = 1;
    let mut block: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    })
    .take(1_000_003)
    .collect();
    block[..12].copy_from_slice(b"\0\0\0\x20ftypisom");
    block
}

fn serve(
    connection: TcpStream,
    address: SocketAddr,
    arrived: &AtomicU64,
    block: &[u8],
) -> Result<()> {
    let mut writer = connection.try_clone()?;
    let mut reader = BufReader::with_capacity(1 << 20, connection);
    loop {
        let mut first = String::new();
        if reader.read_line(&mut first)? == 0 {
            return Ok(());
        }
        let length = length_of_body(&mut reader)?;
        if first.starts_with("GET /media") {
            let head =
                format!("HTTP/1.1 200 OK\r\netag: \"1\"\r\ncontent-length: {LENGTH}\r\n\r\n");
            writer.write_all(head.as_bytes())?;
            let mut left = LENGTH;
            while left > 0 {
                let size = usize::try_from(left).unwrap_or(usize::MAX).min(block.len());
                writer.write_all(&block[..size])?;
                left -= u64::try_from(size)?;
            }
            continue;
        }
        let (status, body) = if first.starts_with("PUT") {
            let count = as_sent(&mut (&mut reader).take(length), block)?;
            arrived.store(count, Ordering::SeqCst);
            ("201 Created", format!(r#"{{"requestId":"bench","callId":"{CALL}"}}"#))
        } else {
            io::copy(&mut (&mut reader).take(length), &mut io::sink())?;
            let media = format!(r#"{{"videoUrl":"http://{address}/media/call.mp4?signature=x"}}"#);
            let call = format!(r#"{{"metaData":{{"id":"{CALL}"}},"media":{media}}}"#);
            ("200 OK", format!(r#"{{"requestId":"bench","records":{{}},"calls":[{call}]}}"#))
        };
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
        );
        writer.write_all(&[head.as_bytes(), body.as_bytes()].concat())?;
    }
}

/// Reads the rest of the head.
fn length_of_body(reader: &mut impl io::BufRead) -> Result<u64> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        match line.trim().split_once(':') {
            None => return Ok(length),
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.trim().parse()?;
            }
            Some(_) => {}
        }
    }
}

/// How many bytes of the part are those of the recording.
fn as_sent(body: &mut impl Read, block: &[u8]) -> Result<u64> {
    let mut body = BufReader::with_capacity(1 << 20, body);
    let mut line = String::new();
    while body.read_line(&mut line)? > 2 {
        line.clear();
    }
    let mut left = LENGTH;
    let mut piece = vec![0; block.len()];
    while left > 0 {
        let size = usize::try_from(left).unwrap_or(usize::MAX).min(block.len());
        body.read_exact(&mut piece[..size])?;
        if piece[..size] != block[..size] {
            bail!("what arrived is not what was sent, {left} bytes before the end");
        }
        left -= u64::try_from(size)?;
    }
    io::copy(&mut body, &mut io::sink())?;
    Ok(LENGTH)
}
