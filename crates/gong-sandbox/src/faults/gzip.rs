//! A gzip bomb by hand: a stream of zero bits that unpacks to a thousand times as many zero bytes.

/// A gzip stream in three parts, the middle of which is zero bytes only.
pub(super) struct Bomb {
    pub(super) head: Vec<u8>,
    pub(super) zeros: u64,
    pub(super) tail: Vec<u8>,
}

/// How many bytes the stream has.
pub(super) fn length(bomb: &Bomb) -> u64 {
    let around = bomb.head.len() + bomb.tail.len();
    bomb.zeros + u64::try_from(around).unwrap_or(u64::MAX)
}

/// The longest copy that deflate knows.
const COPY: u64 = 258;

/// The stream that unpacks to `size` zero bytes.
///
/// Its one block has a code in which "copy 258 bytes from 1 byte back" is two zero bits, so eight
/// bits of the stream stand for 1032 bytes.
pub(super) fn zeros(size: u64) -> Bomb {
    let mut bits = Bits { bytes: GZIP_HEADER.to_vec(), used: 8 };
    bits.push(&[1]);
    bits.number(2, 2);
    // 286 codes for bytes and copies, 1 for distances, 18 for the lengths of these.
    bits.number(29, 5);
    bits.number(0, 5);
    bits.number(14, 4);
    // Lengths of the codes for the code lengths: 1 bit for 18 (many zeros), 2 bits for 2 and for 1.
    for length in [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 2] {
        bits.number(length, 3);
    }
    // 2 bits for the byte 0 and for the end, 1 bit for the copy, 1 bit for the one distance.
    bits.push(&TWO);
    bits.many_zeros(138);
    bits.many_zeros(117);
    bits.push(&TWO);
    bits.many_zeros(28);
    bits.push(&ONE);
    bits.push(&ONE);

    let n_literals = if size == 0 { 0 } else { 1 + (size - 1) % COPY };
    for _ in 0..n_literals {
        bits.push(&[1, 0]);
    }
    // Copies are zero bits: some fill the byte at hand, most are whole bytes, some begin the last.
    let mut n_bits = 2 * ((size - n_literals) / COPY);
    while bits.used < 8 && n_bits > 0 {
        bits.push(&[0]);
        n_bits -= 1;
    }
    let head = std::mem::take(&mut bits.bytes);
    let mut tail = Bits { bytes: Vec::new(), used: 8 };
    if bits.used < 8 {
        // The byte is not full, so there are no whole bytes: the end goes on in the head.
        tail = Bits { bytes: head, used: bits.used };
        tail.finish(size);
        return Bomb { head: tail.bytes, zeros: 0, tail: Vec::new() };
    }
    for _ in 0..n_bits % 8 {
        tail.push(&[0]);
    }
    tail.finish(size);
    Bomb { head, zeros: n_bits / 8, tail: tail.bytes }
}

const GZIP_HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

/// The codes of the lengths 1 and 2, and of the end of the block.
const ONE: [u8; 2] = [1, 0];
const TWO: [u8; 2] = [1, 1];
const END: [u8; 2] = [1, 1];

/// Bits, the lowest of a byte first.
struct Bits {
    bytes: Vec<u8>,
    /// How many bits of the last byte are used.
    used: u32,
}

impl Bits {
    fn push(&mut self, bits: &[u8]) {
        for bit in bits {
            if self.used == 8 {
                self.bytes.push(0);
                self.used = 0;
            }
            if let Some(last) = self.bytes.last_mut() {
                *last |= bit << self.used;
            }
            self.used += 1;
        }
    }

    /// A number, its lowest bit first.
    fn number(&mut self, number: u8, n_bits: u32) {
        for bit in 0..n_bits {
            self.push(&[(number >> bit) & 1]);
        }
    }

    /// Code length 0, 11 to 138 times.
    fn many_zeros(&mut self, times: u8) {
        self.push(&[0]);
        self.number(times - 11, 7);
    }

    /// The end of the block, and what gzip says of the bytes.
    fn finish(&mut self, size: u64) {
        self.push(&END);
        self.bytes.extend_from_slice(&checksum_of_zeros(size).to_le_bytes());
        let [a, b, c, d, ..] = size.to_le_bytes();
        self.bytes.extend_from_slice(&[a, b, c, d]);
    }
}

/// CRC-32 of so many zero bytes. A zero byte changes the checksum by a linear map of its bits, so
/// the map of many is made by doubling.
fn checksum_of_zeros(size: u64) -> u32 {
    let mut map: Vec<u32> = (0..32).map(|bit| after_zero_byte(1 << bit)).collect();
    let mut checksum = u32::MAX;
    let mut left = size;
    while left > 0 {
        if left & 1 == 1 {
            checksum = apply(&map, checksum);
        }
        map = map.iter().map(|image| apply(&map, *image)).collect();
        left >>= 1;
    }
    !checksum
}

fn after_zero_byte(mut checksum: u32) -> u32 {
    for _ in 0..8 {
        let is_odd = checksum & 1 == 1;
        checksum >>= 1;
        if is_odd {
            checksum ^= 0xedb8_8320;
        }
    }
    checksum
}

fn apply(map: &[u32], checksum: u32) -> u32 {
    let bits = map.iter().enumerate().filter(|(bit, _)| checksum >> bit & 1 == 1);
    bits.fold(0, |sum, (_, image)| sum ^ image)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::zeros;

    #[test]
    fn unpacks_to_exactly_so_many_zeros() {
        for size in [0, 1, 2, 258, 259, 260, 516, 517, 1000, 4000, 10_000, 1_000_003, 5 << 20] {
            let bomb = zeros(size);
            let mut stream = bomb.head;
            stream.extend(vec![0; usize::try_from(bomb.zeros).unwrap()]);
            stream.extend(bomb.tail);
            let mut unpacked = Vec::new();
            flate2::read::GzDecoder::new(stream.as_slice()).read_to_end(&mut unpacked).unwrap();
            assert_eq!(u64::try_from(unpacked.len()).unwrap(), size);
            assert!(unpacked.iter().all(|byte| *byte == 0));
        }
    }

    #[test]
    fn is_a_thousand_times_smaller_than_what_it_unpacks_to() {
        assert!(super::length(&zeros(1 << 30)) < (1 << 30) / 1000);
    }
}
