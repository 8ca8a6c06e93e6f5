import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn, timeColumn } from '../database/index.ts';

/** A brand's own account at Stripe. One that was replaced is kept, retired: its orders are still refunded and disputed there. */
@Entity('stripe_accounts')
export class StripeAccount {
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) brandId!: string;
  /** Stripe's own name of it: acct_… */
  @Column({ type: 'text' }) account!: string;
  /** Test and live mode of one account have separate books. */
  @Column({ type: 'text' }) mode!: 'test' | 'live';
  @Column({ type: 'text' }) publishableKey!: string;
  @Column({ type: 'text' }) secretLast4!: string;
  @Column({ type: 'text' }) webhookLast4!: string;
  /** `StripeCredentials` as JSON, sealed for the brand; see `libs/platform/src/secrets.ts`. */
  @Column({ type: 'bytea' }) credentials!: Buffer;
  /** Grows with each change of the keys, so that every process notices. */
  @Column({ type: 'integer', default: 1 }) version!: number;
  @Column(timeColumn()) changedAt!: Date;
  @Column(timeColumn({ nullable: true })) retiredAt!: Date | null;
}

/** What of an account is secret. */
export interface StripeCredentials {
  secretKey: string;
  webhookSecret: string;
}
