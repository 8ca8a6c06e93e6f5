/** A pin on the chart's axis, in pixels. */
export interface PinSpan {
  id: string;
  x: number;
  width: number;
  amount: number;
  /** What its picture with name and money would take. */
  wordsWidth: number;
}

export interface PlacedPin extends PinSpan {
  /** How much of the label has room: picture with words, the picture, or only the line. */
  label: 'words' | 'picture' | 'none';
  labelX: number;
}

interface Room {
  left: number;
  right: number;
  picture: number;
  gap: number;
}

/**
 * Decides which pins of a narrow or busy axis are labelled. Those that earned most choose first, so that what the chart is read
 * for is named, and no label lies on another.
 */
export function placePins(pins: readonly PinSpan[], { left, right, picture, gap }: Room): PlacedPin[] {
  const taken: { from: number; to: number }[] = [];
  const place = (pin: PinSpan, width: number): number | null => {
    const from = Math.max(left, Math.min(pin.x, right - width));
    const free = taken.every((other) => from + width + gap <= other.from || other.to + gap <= from);
    if (!free) return null;
    taken.push({ from, to: from + width });
    return from;
  };
  const placed = new Map<string, PlacedPin>();
  for (const pin of pins.toSorted((a, b) => b.amount - a.amount || a.x - b.x)) {
    const words = place(pin, pin.wordsWidth);
    const alone = words === null ? place(pin, picture) : null;
    const label = words !== null ? 'words' : alone !== null ? 'picture' : 'none';
    placed.set(pin.id, { ...pin, label, labelX: words ?? alone ?? pin.x });
  }
  return pins.map((pin) => placed.get(pin.id)).filter((pin) => pin !== undefined);
}

/** Width of a text at this size, near enough for layout: full-width signs are square, others a little over half. */
export function textWidth(text: string, size: number): number {
  let width = 0;
  for (const sign of text) width += (sign.codePointAt(0) ?? 0) > 0x2e7f ? size : size * 0.58;
  return width;
}

/** The text with an ellipsis where it would grow wider than this. */
export function shortened(text: string, size: number, width: number): string {
  if (textWidth(text, size) <= width) return text;
  let kept = '';
  for (const sign of text) {
    if (textWidth(`${kept}${sign}…`, size) > width) break;
    kept += sign;
  }
  return `${kept.trimEnd()}…`;
}
