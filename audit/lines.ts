const LINE_FEED = 0x0a;
// The gateway's own lines are below 4 kB or so.
const MAX_LINE_BYTES = 262_144;

/** The lines of a file of any size. Of one longer than 256 kB, which is none of the gateway's, only the beginning. */
export async function* lines(input: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let length = 0;

  for await (const chunk of input) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      keep(chunk.subarray(start, end));
      yield taken();
      start = end + 1;
    }
    keep(chunk.subarray(start));
  }
  if (length > 0) yield taken();

  function keep(part: Buffer): void {
    const room = part.subarray(0, MAX_LINE_BYTES - length);
    length += room.length;
    if (room.length > 0) parts.push(room);
  }

  function taken(): string {
    const text = Buffer.concat(parts, length).toString();
    parts = [];
    length = 0;
    return text;
  }
}
