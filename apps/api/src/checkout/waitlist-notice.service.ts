import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Currency } from '#contracts/money';
import { config } from '#platform/config';
import { waitlistMoved } from '../catalog/index.ts';
import { Database, DomainEvents } from '../database/index.ts';
import { MailService, waitlistOfferLetter } from '../mail/index.ts';
import { RealtimeServer } from '../realtime/index.ts';
import { waitlistViews } from './waiting.ts';

interface OfferedRow {
  brandId: string;
  email: string;
  locale: 'ja' | 'en';
  sellerName: string;
  timeZone: string;
  currency: Currency;
  pricesIncludeTax: boolean;
  productName: string;
  variantName: string;
  quantity: number;
  unitAmount: string;
  until: Date;
  slug: string;
}

/** Tells a viewer that it is their turn: in all their tabs, and by mail where an order of theirs has told us an address. */
@Injectable()
export class WaitlistNoticeService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly events: DomainEvents,
    private readonly realtime: RealtimeServer,
    private readonly mails: MailService,
  ) {}

  onModuleInit(): void {
    this.events.on(waitlistMoved, async ({ entryId, viewerId }) => {
      const [entry] = await waitlistViews(this.database, { entryId });
      if (!entry) return;
      this.realtime.toViewer(viewerId, 'waitlist.changed', entry);
      if (entry.hold) await this.mail(entryId);
    });
  }

  /** Once for each turn. Does nothing for somebody whose address is not known. */
  async mail(entryId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { rows } = await tx.sql<OfferedRow>(
        `SELECT w.brand_id AS "brandId", o.email, o.locale, b.name AS "sellerName", b.time_zone AS "timeZone", b.currency,
                b.prices_include_tax AS "pricesIncludeTax", p.name AS "productName", v.name AS "variantName", h.quantity,
                v.price_amount AS "unitAmount", h.expires_at AS until, s.slug
         FROM waitlist_entries w JOIN holds h ON h.id = w.hold_id AND h.state = 'active'
         JOIN brands b ON b.id = w.brand_id JOIN variants v ON v.id = w.variant_id JOIN products p ON p.id = v.product_id
         JOIN shows s ON s.id = w.show_id
         JOIN LATERAL (SELECT email, locale FROM orders WHERE viewer_id = w.viewer_id AND brand_id = w.brand_id
                       ORDER BY placed_at DESC LIMIT 1) o ON true
         WHERE w.id = $1`,
        [entryId],
      );
      const offered = rows[0];
      if (!offered) return;
      const { brandId, email, slug, unitAmount, ...offer } = offered;
      const letter = waitlistOfferLetter({
        ...offer,
        unitAmount: Number(unitAmount),
        url: `${config.publicUrl}/s/${slug}`,
      });
      await this.mails.queue(tx, { ...letter, brandId, reference: `waitlist-offer:${entryId}`, to: email });
    });
  }
}
