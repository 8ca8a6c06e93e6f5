const HEADER = Buffer.from([0x46, 0x4c, 0x56, 1, 5, 0, 0, 0, 9, 0, 0, 0, 0]);

export const flvHeader = (): Buffer => HEADER;

/** One message as a file of FLV has it. */
export function flvTag(type: number, time: number, data: Buffer): Buffer {
  const tag = Buffer.alloc(11 + data.length + 4);
  tag[0] = type;
  tag.writeUIntBE(data.length, 1, 3);
  tag.writeUIntBE(time & 0xff_ffff, 4, 3);
  tag[7] = (time >>> 24) & 0xff;
  data.copy(tag, 11);
  tag.writeUInt32BE(11 + data.length, 11 + data.length);
  return tag;
}

/** What a message of picture is encoded by, null for one that says nothing of it. */
export function videoCodecOf(data: Buffer): string | null {
  const [first] = data;
  if (first === undefined) return null;
  // Enhanced RTMP names it by four letters.
  if (first & 0x80) return data.length >= 5 ? data.toString('latin1', 1, 5).replace(/[^\w]/g, '?') : null;
  return (first & 0x0f) === 7 ? 'H264' : `FLV codec ${first & 0x0f}`;
}
