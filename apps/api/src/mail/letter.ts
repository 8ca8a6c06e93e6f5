import type { Locale } from '#contracts/ids';

/** One line of a table: what, perhaps how, and how much. */
export interface Row {
  label: string;
  note?: string;
  value: string;
  strong?: boolean;
}

export type Part =
  | { kind: 'text'; text: string }
  /** `title` heads it; a line stands above it. */
  | { kind: 'rows'; title?: string; rows: Row[] }
  | { kind: 'link'; label: string; url: string };

/** A letter before it is text or HTML: both are made of the same parts, so that neither says what the other does not. */
export interface Draft {
  locale: Locale;
  subject: string;
  /** Stands above it, and below it as the signature. */
  sellerName: string;
  parts: Part[];
  /** In small print at the end. */
  footnote: string;
}

export function textOf({ locale, sellerName, parts, footnote }: Draft): string {
  const colon = locale === 'ja' ? '：' : ': ';
  const lines = parts.map((part) => {
    switch (part.kind) {
      case 'text':
        return part.text;
      case 'link':
        return `${part.label}\n${part.url}`;
      case 'rows':
        return [...(part.title ? [`■ ${part.title}`] : []), ...part.rows.map((row) => rowText(row, colon))].join('\n');
    }
  });
  return `${[...lines, `--\n${sellerName}\n\n${footnote}`].join('\n\n')}\n`;
}

function rowText({ label, note, value }: Row, colon: string): string {
  return note ? `${label}\n  ${note}${value ? `${colon}${value}` : ''}` : `${label}${colon}${value}`;
}

// Styles stand in the elements: many mail programs drop a style sheet.
const ink = 'color:#14191b';
const quiet = 'color:#5f6967;font-size:13px';
const line = 'border-top:1px solid #d9dfdc';
const fonts =
  "font-family:-apple-system,'Hiragino Sans','Noto Sans JP','BIZ UDPGothic','Segoe UI',Roboto,sans-serif;font-size:15px;line-height:1.7";

export function htmlOf({ locale, subject, sellerName, parts, footnote }: Draft): string {
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(subject)}</title>
</head>
<body style="margin:0;background:#ffffff">
<div style="max-width:560px;margin:0 auto;padding:24px 20px 40px;${ink};${fonts}">
<p style="margin:0 0 24px;padding-bottom:10px;border-bottom:2px solid #14191b;font-weight:600">${escapeHtml(sellerName)}</p>
${parts.map(partHtml).join('\n')}
<p style="margin:32px 0 0;padding-top:12px;${line};${quiet}">${breaks(`${sellerName}\n${footnote}`)}</p>
</div>
</body>
</html>
`;
}

function partHtml(part: Part): string {
  switch (part.kind) {
    case 'text':
      return `<p style="margin:0 0 16px">${breaks(part.text)}</p>`;
    case 'link':
      return `<p style="margin:24px 0"><a href="${escapeHtml(part.url)}" style="display:inline-block;padding:10px 20px;border-radius:6px;background:#14507d;color:#ffffff;font-weight:600;text-decoration:none">${escapeHtml(part.label)}</a></p>`;
    case 'rows': {
      const title = part.title
        ? `<h2 style="margin:24px 0 8px;font-size:13px;font-weight:400;color:#454f4d">${escapeHtml(part.title)}</h2>\n`
        : '';
      return `${title}<table role="presentation" style="width:100%;margin:0 0 16px;border-collapse:collapse">\n${part.rows.map(rowHtml).join('\n')}\n</table>`;
    }
  }
}

function rowHtml({ label, note, value, strong }: Row): string {
  const weight = strong ? ';font-weight:600' : '';
  const more = note ? `<br><span style="${quiet}">${escapeHtml(note)}</span>` : '';
  return `<tr><td style="padding:8px 16px 8px 0;${line};vertical-align:top${weight}">${escapeHtml(label)}${more}</td><td style="padding:8px 0;${line};vertical-align:top;text-align:right${weight}">${escapeHtml(value)}</td></tr>`;
}

const breaks = (text: string) => escapeHtml(text).replaceAll('\n', '<br>');

/** Names and goods are what people typed: nothing of them may become an element or an attribute. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
