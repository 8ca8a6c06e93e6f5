import { Brand, Member, MemberSession } from './accounts/index.ts';
import { Hold, Image, Product, StockLevel, StockMovement, Variant } from './catalog/index.ts';
import { ChatMessage, Mute } from './chat/index.ts';
import { Order, OrderEvent, OrderLine, PaymentAttempt, Refund, StripeEvent } from './checkout/index.ts';
import { InteractionRow, WatchInterval } from './engagement/index.ts';
import { Mail } from './mail/index.ts';
import { Ban, Viewer } from './people/index.ts';
import { Broadcast, MediaNode, Offer, Pin, Room, Show } from './shows/index.ts';

/** Every table that an entity stands for: what `check-schema` holds against the migrations. */
export const entities = [
  ...[Brand, Member, MemberSession, Mail, Viewer, Ban],
  ...[Product, Variant, Image, StockLevel, StockMovement, Hold],
  ...[Show, Room, Offer, Pin, Broadcast, MediaNode],
  ...[ChatMessage, Mute],
  ...[Order, OrderLine, OrderEvent, PaymentAttempt, Refund, StripeEvent],
  ...[InteractionRow, WatchInterval],
];
