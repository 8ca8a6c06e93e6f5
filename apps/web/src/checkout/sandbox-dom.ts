/* What the parts of the sandbox's browser side have in common. */

export type Locale = 'ja' | 'en';

const styled = new Set<string>();

/** Adds a constructed sheet once, because the shop's content security policy allows no inline style. */
export function addStyle(name: string, css: string): void {
  if (styled.has(name)) return;
  styled.add(name);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

export function child<K extends keyof HTMLElementTagNameMap>(
  parent: HTMLElement,
  tag: K,
  className: string,
  text = '',
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  parent.append(element);
  return element;
}

type Handler = (event: never) => unknown;

/** The `on`, `once` and `off` of Stripe's elements. */
export class Listeners {
  private entries: { type: string; handler: Handler; once: boolean }[] = [];

  add(type: string, handler: Handler, once = false): void {
    this.entries.push({ type, handler, once });
  }

  remove(type: string, handler?: Handler): void {
    this.entries = this.entries.filter((entry) => entry.type !== type || (handler && entry.handler !== handler));
  }

  has(type: string): boolean {
    return this.entries.some((entry) => entry.type === type);
  }

  emit(type: string, event: object): void {
    for (const entry of [...this.entries]) {
      if (entry.type !== type) continue;
      if (entry.once) this.remove(type, entry.handler);
      (entry.handler as (event: object) => unknown)(event);
    }
  }

  clear(): void {
    this.entries = [];
  }
}

/** Where an element is mounted: a node, or the selector of one. */
export function placeOf(place: string | HTMLElement): HTMLElement {
  const target = typeof place === 'string' ? document.querySelector<HTMLElement>(place) : place;
  if (!target) throw new Error(`The selector you specified (${String(place)}) applies to no DOM elements.`);
  return target;
}
