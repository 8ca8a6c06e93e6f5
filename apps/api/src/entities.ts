import { Brand, Member, MemberSession, ShippingRate, TaxRate } from './accounts/index.ts';
import {
  Allotment,
  AllotmentClaim,
  Hold,
  Image,
  Product,
  StockLevel,
  StockMovement,
  Variant,
  WaitlistEntry,
} from './catalog/index.ts';
import { ChatMessage, Mute } from './chat/index.ts';
import {
  CartLine,
  Order,
  OrderEvent,
  OrderLine,
  OrderTax,
  PaymentAttempt,
  Refund,
  StripeAccount,
  StripeEvent,
} from './checkout/index.ts';
import { Coupon, CouponClaim, CouponUse, Deal } from './deals/index.ts';
import {
  DayActivity,
  InteractionRow,
  ReferralLink,
  ReferralVisit,
  RejectedEventRow,
  Rollup,
  ShowActivity,
  ShowSecond,
  ReplayWatched,
  ShowStep,
  Survey,
  SurveyAnswer,
  SurveyAsk,
  TrackedLink,
  TrackedLinkDay,
  UserSecret,
  Visit,
  WatchInterval,
  WriteKeyRow,
} from './engagement/index.ts';
import {
  AnalyticsErasure,
  ErasureRow,
  PersonChange,
  PersonDay,
  PersonFacts,
  PersonMove,
  ReportVersion,
  ShowReport,
  PersonSessions,
  PersonValue,
  Segment,
  SessionDay,
  ShowAudience,
  ShowPeopleClosing,
  ShowPerson,
  ValueModel,
  ValueSettings,
} from './insights/index.ts';
import { LedgerCheck } from './ledger-check.ts';
import { Mail } from './mail/index.ts';
import {
  Ban,
  Consent,
  IdentityLink,
  IdentityMerge,
  Person,
  PersonAttribute,
  SavedAddress,
  SignInCode,
  Subject,
  Viewer,
} from './people/index.ts';
import { ReplayRow } from './replays/index.ts';
import { Broadcast, BroadcastIncident, IngestKeyRow, MediaNode, Offer, Pin, Room, Show } from './shows/index.ts';
import { Stage, StageParticipant } from './stage/index.ts';

/** Every table that an entity stands for: what `check-schema` holds against the migrations. */
export const entities = [
  ...[Brand, TaxRate, ShippingRate, Member, MemberSession, Mail, Viewer, Ban],
  ...[Product, Variant, Image, StockLevel, StockMovement, Hold, Allotment, AllotmentClaim, WaitlistEntry],
  ...[Show, Room, Offer, Pin, Broadcast, BroadcastIncident, IngestKeyRow, MediaNode, ReplayRow],
  ...[Stage, StageParticipant],
  ...[ChatMessage, Mute],
  ...[Deal, Coupon, CouponClaim, CouponUse],
  ...[CartLine, Order, OrderTax, OrderLine, OrderEvent, PaymentAttempt, Refund, StripeAccount, StripeEvent],
  ...[Subject, Person, IdentityMerge, IdentityLink, PersonAttribute, SignInCode, SavedAddress, Consent],
  ...[
    InteractionRow,
    WatchInterval,
    Rollup,
    ShowActivity,
    ShowSecond,
    ShowStep,
    ReplayWatched,
    DayActivity,
    Visit,
    LedgerCheck,
  ],
  ...[ValueSettings, ValueModel, PersonValue, PersonFacts, PersonChange, PersonDay, Segment],
  ...[ErasureRow, AnalyticsErasure],
  ...[ShowPerson, ShowAudience, PersonSessions, SessionDay, ShowPeopleClosing, PersonMove, ReportVersion, ShowReport],
  ...[Survey, SurveyAsk, SurveyAnswer, ReferralLink, ReferralVisit, TrackedLink, TrackedLinkDay],
  ...[WriteKeyRow, UserSecret, RejectedEventRow],
];
