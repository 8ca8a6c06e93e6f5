const entities: Record<string, string> = { '&': '&amp;', '"': '&quot;', '<': '&lt;', '>': '&gt;' };

/** For a mail or a page: a picture of one dot that nobody sees, whose loading is counted. */
export function pixelCode(url: string): string {
  const address = url.replace(/[&"<>]/g, (sign) => entities[sign] ?? sign);
  return `<img src="${address}" width="1" height="1" alt="">`;
}
