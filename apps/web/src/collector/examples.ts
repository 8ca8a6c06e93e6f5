import type { WriteKeyKind } from '#contracts/collector';

/** What a shop writes to use a key, with its own address and key in it. docs/COLLECTOR.md says more. */
export function exampleFor(kind: WriteKeyKind, writeKey: string, origin: string): string {
  if (kind === 'browser') {
    return `// npm install @segment/analytics-next
import { AnalyticsBrowser } from '@segment/analytics-next';

export const analytics = AnalyticsBrowser.load({
  writeKey: '${writeKey}',
  cdnURL: '${origin}',
});
analytics.page();
analytics.track('Product Viewed', { product_id: 'SKU' });`;
  }
  return `// npm install @segment/analytics-node
import { Analytics } from '@segment/analytics-node';

const analytics = new Analytics({ writeKey: process.env.ENGAWA_WRITE_KEY, host: '${origin}' });
analytics.identify({ userId: '42', traits: { email: 'name@example.jp' } });
analytics.track({ userId: '42', event: 'Order Completed', properties: { order_id: 'A-1001' } });
await analytics.closeAndFlush();`;
}
