import { isFields, type Fields } from './refused.ts';

const MAX_TEXT = 1_000;
const pageFields = ['url', 'path', 'referrer', 'title'];
const campaignFields = ['source', 'medium', 'name', 'term', 'content', 'id'];

/** What is kept of a context: where, from where, and on what kind of machine. Addresses and identifiers of devices are not. */
export function contextOf(context: Fields | undefined): Fields | undefined {
  if (!context) return undefined;
  const kept: Fields = {
    page: pick(context.page, pageFields),
    campaign: pick(context.campaign, campaignFields),
    app: pick(context.app, ['name', 'version']),
    locale: text(context.locale),
    device: typeof context.userAgent === 'string' ? deviceOf(context.userAgent) : undefined,
  };
  for (const name in kept) if (kept[name] === undefined) delete kept[name];
  return Object.keys(kept).length > 0 ? kept : undefined;
}

function pick(value: unknown, names: string[]): Fields | undefined {
  if (!isFields(value)) return undefined;
  const kept: Fields = {};
  for (const name of names) {
    const one = text(value[name]);
    if (one) kept[name] = one;
  }
  return Object.keys(kept).length > 0 ? kept : undefined;
}

const text = (value: unknown) =>
  typeof value === 'string' && value !== '' ? value.slice(0, MAX_TEXT).toWellFormed() : undefined;

/** In the order in which they are asked: each pretends to be those below it. */
const browsers: [string, RegExp][] = [
  ['LINE', /\bLine\//],
  ['Instagram', /\bInstagram\b/],
  ['Edge', /\bEdg(A|iOS)?\//],
  ['Opera', /\bOPR\//],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Firefox', /\b(Firefox|FxiOS)\//],
  ['Chrome', /(Chrome|CriOS)\//],
  ['Safari', /\bSafari\//],
];
const systems: [string, RegExp][] = [
  ['iOS', /\b(iPhone|iPad|iPod)\b/],
  ['Android', /\bAndroid\b/],
  ['Windows', /\bWindows\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['macOS', /\bMac OS X\b/],
  ['Linux', /\bLinux\b/],
];

/** The family of browser and system: versions would tell people apart, and no figure of ours needs them. */
export function deviceOf(userAgent: string): Fields {
  const first = (known: [string, RegExp][]) => known.find(([, form]) => form.test(userAgent))?.[0];
  const device: Fields = { mobile: /\b(Mobi|iPhone|iPad|Android)/.test(userAgent) };
  const [browser, system] = [first(browsers), first(systems)];
  if (browser) device.browser = browser;
  if (system) device.system = system;
  return device;
}
