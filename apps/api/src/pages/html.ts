import type { PublicShow } from '#contracts/shows';
import { formatMoney } from '#contracts/money';

/** Text for HTML, in an element or a double-quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** JSON inside a script element: no `<` may end it early. */
export function jsonForScript(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

/** What a search engine, a chat preview and a browser without JavaScript see of a show. */
export function showHead(show: PublicShow, publicUrl: string): string {
  const title = show.subtitle ? `${show.title} ${show.subtitle}` : show.title;
  const description = `${show.brand.name} ・ ${whenOf(show)}`;
  const poster = show.posterUrl ? `${publicUrl}${show.posterUrl}?w=1280` : null;
  const tags = [
    `<title>${escapeHtml(`${title} | ${show.brand.name}`)}</title>`,
    `<meta name="description" content="${escapeHtml(description)}">`,
    `<link rel="canonical" href="${escapeHtml(`${publicUrl}/s/${show.slug}`)}">`,
    `<meta property="og:type" content="video.other">`,
    `<meta property="og:title" content="${escapeHtml(title)}">`,
    `<meta property="og:description" content="${escapeHtml(description)}">`,
    `<meta property="og:url" content="${escapeHtml(`${publicUrl}/s/${show.slug}`)}">`,
    `<meta property="og:site_name" content="${escapeHtml(show.brand.name)}">`,
    `<meta name="twitter:card" content="summary_large_image">`,
  ];
  if (poster) {
    tags.push(`<meta property="og:image" content="${escapeHtml(poster)}">`);
    tags.push(`<link rel="preload" as="image" href="${escapeHtml(`${show.posterUrl}?w=1280`)}">`);
  }
  return tags.join('\n    ');
}

/** The same show as plain HTML, which the page takes over. */
export function showBody(show: PublicShow): string {
  const pin = show.pins.find((one) => one.unpinnedAt === null);
  const offer = show.offers.find((one) => one.id === pin?.offerId) ?? null;
  const price = offer ? lowestPrice(offer) : null;
  return [
    `<article>`,
    `<p>${escapeHtml(show.brand.name)}</p>`,
    `<h1>${escapeHtml(show.title)}</h1>`,
    show.subtitle && `<p>${escapeHtml(show.subtitle)}</p>`,
    show.posterUrl && `<img src="${escapeHtml(`${show.posterUrl}?w=1280`)}" alt="">`,
    `<p><time datetime="${escapeHtml(show.startsAt)}">${escapeHtml(whenOf(show))}</time></p>`,
    offer &&
      price !== null &&
      `<p>${escapeHtml(offer.name)} ${escapeHtml(formatMoney(price, offer.currency, 'ja'))}</p>`,
    `<ul>${show.offers.map((one) => `<li>${escapeHtml(one.name)} ${escapeHtml(formatMoney(lowestPrice(one) ?? 0, one.currency, 'ja'))}</li>`).join('')}</ul>`,
    `</article>`,
  ]
    .filter(Boolean)
    .join('');
}

function lowestPrice(offer: PublicShow['offers'][number]): number | null {
  const prices = offer.variants.map((variant) => variant.priceAmount);
  return prices.length > 0 ? Math.min(...prices) : null;
}

function whenOf(show: PublicShow): string {
  return new Intl.DateTimeFormat('ja', {
    timeZone: show.brand.timeZone,
    month: 'long',
    day: 'numeric',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
  }).format(new Date(show.startsAt));
}
