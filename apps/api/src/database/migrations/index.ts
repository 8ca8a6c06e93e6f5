import { Foundation1763760000000 } from './1763760000000-foundation.ts';
import { CheckoutDepth1763800000000 } from './1763800000000-checkout-depth.ts';
import { Mail1763810000000 } from './1763810000000-mail.ts';
import { OrdersForStaff1763820000000 } from './1763820000000-orders-for-staff.ts';
import { LedgerChecks1763830000000 } from './1763830000000-ledger-checks.ts';
import { StripeAccounts1763840000000 } from './1763840000000-stripe-accounts.ts';
import { Engagement1764000000000 } from './1764000000000-engagement.ts';
import { Identity1764010000000 } from './1764010000000-identity.ts';
import { Collector1764020000000 } from './1764020000000-collector.ts';
import { CustomerValue1764040000000 } from './1764040000000-customer-value.ts';
import { PersonFacts1764050000000 } from './1764050000000-person-facts.ts';
import { PersonFactsOrder1764051000000 } from './1764051000000-person-facts-order.ts';
import { SurveysAndReferrals1764060000000 } from './1764060000000-surveys-and-referrals.ts';
import { Erasures1764070000000 } from './1764070000000-erasures.ts';
import { AnalyticsCopy1764080000000 } from './1764080000000-analytics-copy.ts';
import { PersonRollups1764090000000 } from './1764090000000-person-rollups.ts';
import { ShowSteps1764100000000 } from './1764100000000-show-steps.ts';
import { FewerStatements1764200000000 } from './1764200000000-fewer-statements.ts';
import { MediaPaths1764300000000 } from './1764300000000-media-paths.ts';
import { Replays1764310000000 } from './1764310000000-replays.ts';
import { IngestKeys1764320000000 } from './1764320000000-ingest-keys.ts';
import { MediaEdges1764330000000 } from './1764330000000-media-edges.ts';
import { Stage1764340000000 } from './1764340000000-stage.ts';
import { ShowReports1764400000000 } from './1764400000000-show-reports.ts';
import { ReplayWatched1764500000000 } from './1764500000000-replay-watched.ts';
import { ReportCurves1764510000000 } from './1764510000000-report-curves.ts';
import { OffersSold1764600000000 } from './1764600000000-offers-sold.ts';
import { RefundsAgain1764610000000 } from './1764610000000-refunds-again.ts';

/** In the order in which they are applied. A migration that has landed is never edited. */
export const migrations = [
  Foundation1763760000000,
  CheckoutDepth1763800000000,
  Mail1763810000000,
  OrdersForStaff1763820000000,
  LedgerChecks1763830000000,
  StripeAccounts1763840000000,
  Engagement1764000000000,
  Identity1764010000000,
  Collector1764020000000,
  CustomerValue1764040000000,
  PersonFacts1764050000000,
  PersonFactsOrder1764051000000,
  SurveysAndReferrals1764060000000,
  Erasures1764070000000,
  AnalyticsCopy1764080000000,
  PersonRollups1764090000000,
  ShowSteps1764100000000,
  FewerStatements1764200000000,
  MediaPaths1764300000000,
  Replays1764310000000,
  IngestKeys1764320000000,
  MediaEdges1764330000000,
  Stage1764340000000,
  ShowReports1764400000000,
  ReplayWatched1764500000000,
  ReportCurves1764510000000,
  OffersSold1764600000000,
  RefundsAgain1764610000000,
];
