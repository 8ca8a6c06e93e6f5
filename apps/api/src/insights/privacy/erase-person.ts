import { config } from '#platform/config';
import type { Tx } from '../../database/index.ts';
import { addVersions } from '../../engagement/index.ts';
import { SCOPE, scopeParameters, type PersonScope } from './person-scope.ts';

/** What is deleted whole. The order is that of the foreign keys. */
const deletions: Record<string, string> = {
  interactions: `DELETE FROM interactions t USING scope WHERE t.brand_id = scope.brand_id AND t.subject_id = ANY(scope.subjects) AND t.source <> 'ledger'`,
  watch_intervals: `DELETE FROM watch_intervals t USING scope WHERE t.brand_id = scope.brand_id AND t.viewer_id = ANY(scope.subjects)`,
  visits: `DELETE FROM visits t USING scope WHERE t.brand_id = scope.brand_id AND t.subject_id = ANY(scope.subjects)`,
  show_activity: `DELETE FROM show_activity t USING scope WHERE t.brand_id = scope.brand_id AND t.subject_id = ANY(scope.subjects) AND t.name NOT IN (@ledger)`,
  show_steps: `DELETE FROM show_steps t USING scope WHERE t.brand_id = scope.brand_id AND t.subject_id = ANY(scope.subjects) AND t.name NOT IN (@ledger)`,
  replay_watched: `DELETE FROM replay_watched t USING scope WHERE t.brand_id = scope.brand_id AND t.subject_id = ANY(scope.subjects)`,
  day_activity: `DELETE FROM day_activity t USING scope WHERE t.brand_id = scope.brand_id AND t.subject_id = ANY(scope.subjects) AND t.name NOT IN (@ledger)`,
  survey_answers: `DELETE FROM survey_answers t USING surveys s, scope WHERE s.id = t.survey_id AND s.brand_id = scope.brand_id AND t.subject_id = ANY(scope.subjects)`,
  survey_asks: `DELETE FROM survey_asks t USING surveys s, scope WHERE s.id = t.survey_id AND s.brand_id = scope.brand_id AND t.subject_id = ANY(scope.subjects)`,
  referral_visits: `DELETE FROM referral_visits t USING scope WHERE t.brand_id = scope.brand_id
    AND (t.subject_id = ANY(scope.subjects) OR t.code IN (SELECT code FROM referral_links r WHERE r.brand_id = scope.brand_id AND r.subject_id = ANY(scope.subjects)))`,
  referral_links: `DELETE FROM referral_links t USING scope WHERE t.brand_id = scope.brand_id AND t.subject_id = ANY(scope.subjects)`,
  mails: `DELETE FROM mails t USING scope WHERE t.brand_id = scope.brand_id
    AND (lower(t.to_address) = ANY(scope.emails) OR split_part(t.reference, ':', 2) = ANY(scope.orders::text[]) OR split_part(t.reference, ':', 3) = ANY(scope.subjects::text[]))`,
  cart_lines: `DELETE FROM cart_lines t USING scope WHERE t.brand_id = scope.brand_id AND t.viewer_id = ANY(scope.subjects)`,
  mutes: `DELETE FROM mutes t USING shows s, scope WHERE s.id = t.show_id AND s.brand_id = scope.brand_id AND t.viewer_id = ANY(scope.subjects)`,
  bans: `DELETE FROM bans t USING scope WHERE t.brand_id = scope.brand_id AND t.viewer_id = ANY(scope.subjects)`,
  person_attributes: `DELETE FROM person_attributes t USING scope WHERE t.brand_id = scope.brand_id AND t.subject_id = ANY(scope.subjects)`,
  consents: `DELETE FROM consents t USING scope WHERE t.brand_id = scope.brand_id AND t.subject_id = ANY(scope.subjects)`,
  saved_addresses: `DELETE FROM saved_addresses t USING scope WHERE t.brand_id = scope.brand_id AND t.subject_id = ANY(scope.subjects)`,
  sign_in_codes: `DELETE FROM sign_in_codes t USING scope WHERE t.brand_id = scope.brand_id AND (t.viewer_id = ANY(scope.subjects) OR t.email = ANY(scope.emails))`,
  person_values: `DELETE FROM person_values t USING scope WHERE t.brand_id = scope.brand_id AND t.person_id = ANY(scope.subjects)`,
  person_facts: `DELETE FROM person_facts t USING scope WHERE t.brand_id = scope.brand_id AND t.person_id = ANY(scope.subjects)`,
  show_people: `DELETE FROM show_people t USING scope WHERE t.brand_id = scope.brand_id AND t.person_id = ANY(scope.subjects)`,
  person_sessions: `DELETE FROM person_sessions t USING scope WHERE t.brand_id = scope.brand_id AND t.person_id = ANY(scope.subjects)`,
  rejected_events: `DELETE FROM rejected_events t USING scope, subjects s WHERE t.brand_id = scope.brand_id AND s.brand_id = scope.brand_id AND s.id = ANY(scope.subjects)
    AND position(s.value IN t.sample) > 0`,
  identity_links: `DELETE FROM identity_links t USING scope WHERE t.brand_id = scope.brand_id
    AND (t.subject_id = ANY(scope.subjects) OR t.person_id = ANY(scope.subjects) OR t.with_subject_id = ANY(scope.subjects))`,
  identity_merges: `DELETE FROM identity_merges t USING scope WHERE t.brand_id = scope.brand_id
    AND (t.from_person_id = ANY(scope.subjects) OR t.into_person_id = ANY(scope.subjects))`,
  persons: `DELETE FROM persons t USING scope WHERE t.brand_id = scope.brand_id AND t.id = ANY(scope.subjects)`,
  subjects: `DELETE FROM subjects t USING scope WHERE t.brand_id = scope.brand_id AND t.id = ANY(scope.subjects)`,
};

/** Names of the log that come from our books. */
const LEDGER_NAMES = `'Checkout Started', 'Order Completed', 'Order Refunded'`;

/**
 * What the books and the stock need stays, of somebody without name, address and browser: each viewer becomes a new one whom nothing else leads
 * to (the table `pseudonyms`), and all of them are one person, so that a customer stays one customer.
 */
const pseudonymisations: Record<string, string> = {
  orders: `UPDATE orders t SET viewer_id = p.pseudonym, email = '', name = '', phone = '', address = jsonb_build_object('country', t.address->'country', 'postalCode', '',
      'region', t.address->'region', 'city', '', 'line1', '', 'line2', ''), tracking_number = NULL
    FROM pseudonyms p, scope WHERE t.brand_id = scope.brand_id AND t.viewer_id = p.viewer_id`,
  holds: `UPDATE holds t SET viewer_id = p.pseudonym FROM pseudonyms p, scope WHERE t.brand_id = scope.brand_id AND t.viewer_id = p.viewer_id`,
  waitlist_entries: `UPDATE waitlist_entries t SET viewer_id = p.pseudonym, state = CASE t.state WHEN 'waiting' THEN 'left' ELSE t.state END
    FROM pseudonyms p, scope WHERE t.brand_id = scope.brand_id AND t.viewer_id = p.viewer_id`,
  allotment_claims: `UPDATE allotment_claims t SET viewer_id = p.pseudonym FROM pseudonyms p, scope, deals d
    WHERE d.allotment_id = t.allotment_id AND d.brand_id = scope.brand_id AND t.viewer_id = p.viewer_id`,
  coupon_claims: `UPDATE coupon_claims t SET buyer_key = k.new_key FROM coupons c, coupon_keys k, scope
    WHERE c.id = t.coupon_id AND c.brand_id = scope.brand_id AND t.buyer_key = k.old_key`,
  coupon_uses: `UPDATE coupon_uses t SET viewer_key = v.new_key, email_key = e.new_key FROM coupon_keys v, coupon_keys e, scope
    WHERE t.order_id = ANY(scope.orders) AND t.viewer_key = v.old_key AND t.email_key = e.old_key`,
  interactions_ledger: `UPDATE interactions t SET subject_id = p.pseudonym FROM pseudonyms p, scope WHERE t.brand_id = scope.brand_id AND t.subject_id = p.viewer_id`,
  show_steps_ledger: `UPDATE show_steps t SET subject_id = p.pseudonym FROM pseudonyms p, scope WHERE t.brand_id = scope.brand_id AND t.subject_id = p.viewer_id`,
  show_activity_ledger: `UPDATE show_activity t SET subject_id = p.pseudonym FROM pseudonyms p, scope WHERE t.brand_id = scope.brand_id AND t.subject_id = p.viewer_id`,
  day_activity_ledger: `UPDATE day_activity t SET subject_id = p.pseudonym FROM pseudonyms p, scope WHERE t.brand_id = scope.brand_id AND t.subject_id = p.viewer_id`,
  // The room's sequence stays without holes: the message is there, deleted, and says nothing of nobody.
  chat_messages: `UPDATE chat_messages t SET viewer_id = p.pseudonym, author_key = p.pseudonym::text, name = '', text = '', deleted_seq = COALESCE(t.deleted_seq, t.seq)
    FROM pseudonyms p, shows s, scope WHERE s.id = t.show_id AND s.brand_id = scope.brand_id AND t.viewer_id = p.viewer_id`,
  stripe_events: `UPDATE stripe_events t SET payload = '{"erased": true}' FROM orders o, scope
    WHERE o.id = ANY(scope.orders) AND t.payment_intent_id = o.payment_intent_id AND t.processed_at IS NOT NULL`,
};

/** @returns rows by table, of those in which there were any */
export async function erase(
  tx: Tx,
  scope: PersonScope,
): Promise<{ erased: Record<string, number>; pseudonymous: Record<string, number> }> {
  await makePseudonyms(tx, scope);
  const run = async (statements: Record<string, string>) => {
    const counts: Record<string, number> = {};
    for (const [table, statement] of Object.entries(statements)) {
      const text = `WITH ${SCOPE} ${statement.replace('@ledger', LEDGER_NAMES)}`;
      const { count } = await tx.sql(text, scopeParameters(scope));
      if (count > 0) counts[table] = count;
    }
    return counts;
  };
  const erased = await run(deletions);
  const pseudonymous = await run(pseudonymisations);
  if (config.clickhouseUrl) {
    await tx.sql(
      `INSERT INTO analytics_erasures (brand_id, subject_ids, moved_ids)
       SELECT $1, $2, COALESCE((SELECT array_agg(i.id) FROM interactions i JOIN pseudonyms p ON p.pseudonym = i.subject_id), '{}')`,
      [scope.brandId, scope.subjectIds],
    );
  }
  // What was deleted above has put them there: nobody needs to look at them again.
  for (const queue of ['person_changes', 'person_moves']) {
    await tx.sql(`DELETE FROM ${queue} WHERE brand_id = $1 AND person_id = ANY($2)`, [scope.brandId, scope.subjectIds]);
  }
  await addVersions(tx, `SELECT '${scope.brandId}'::uuid`);
  await tx.sql(`DROP TABLE pseudonyms, coupon_keys`);
  return { erased, pseudonymous };
}

async function makePseudonyms(tx: Tx, scope: PersonScope): Promise<void> {
  await tx.sql(`CREATE TEMP TABLE pseudonyms (viewer_id uuid, pseudonym uuid) ON COMMIT DROP`);
  await tx.sql(`CREATE TEMP TABLE coupon_keys (old_key text, new_key text) ON COMMIT DROP`);
  await tx.sql(
    `INSERT INTO pseudonyms SELECT v.id, gen_random_uuid() FROM viewers v
     WHERE v.id = ANY($2) AND (EXISTS (SELECT FROM orders o WHERE o.viewer_id = v.id AND o.brand_id = $1)
       OR EXISTS (SELECT FROM holds h WHERE h.viewer_id = v.id AND h.brand_id = $1)
       OR EXISTS (SELECT FROM waitlist_entries w WHERE w.viewer_id = v.id AND w.brand_id = $1)
       OR EXISTS (SELECT FROM chat_messages c JOIN shows s ON s.id = c.show_id WHERE c.viewer_id = v.id AND s.brand_id = $1))`,
    [scope.brandId, scope.subjectIds],
  );
  await tx.sql(`INSERT INTO viewers (id) SELECT pseudonym FROM pseudonyms`);
  await tx.sql(
    `WITH person AS (INSERT INTO persons (id, brand_id) SELECT gen_random_uuid(), $1 WHERE (SELECT count(*) FROM pseudonyms) > 1 RETURNING id)
     INSERT INTO identity_links (id, brand_id, subject_id, person_id, state, source)
     SELECT gen_random_uuid(), $1, p.pseudonym, person.id, 'proven', 'erasure' FROM pseudonyms p, person`,
    [scope.brandId],
  );
  await tx.sql(
    `INSERT INTO coupon_keys
       SELECT 'viewer:' || viewer_id, 'viewer:' || pseudonym FROM pseudonyms
       UNION ALL SELECT email_key, 'email:' || gen_random_uuid() FROM (SELECT DISTINCT email_key FROM coupon_uses WHERE order_id = ANY($1)) used`,
    [scope.orderIds],
  );
}
