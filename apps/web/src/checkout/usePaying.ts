import { useEffect, useRef, useState } from 'react';
import { KONBINI_MAX_AMOUNT, KONBINI_MIN_AMOUNT, type PaymentMethod, type PublicOrder } from '#contracts/checkout';
import type { Quote, Totals } from '#contracts/checkout';
import type { Currency } from '#contracts/money';
import { viewerAccountApi } from '#contracts/viewer-account';
import { call } from '../api.ts';
import { serverNow } from '../clock.ts';
import { locale } from '../i18n.ts';
import type { Ending } from './band-face.ts';
import {
  buyerFaults,
  emptyBuyer,
  serverFaults,
  toAddress,
  toContact,
  type BuyerFaults,
  type BuyerField,
  type BuyerForm,
} from './buyer.ts';
import { draftBuyer, keepDraft, placedPurchase, savedBuyer } from './purchase-record.ts';
import type { PurchaseOutcome } from './purchase.ts';
import { usePaymentFields } from './usePaymentFields.ts';
import { usePurchase } from './usePurchase.ts';
import { useQuote } from './useQuote.ts';

/** What is held and can be paid for. */
export interface Payable {
  holdIds: string[];
  /** Changes with whatever of it bears on the price. */
  revision: string;
  /** Without coupons. */
  totals: Totals;
  /** Of the hold that ends first. */
  expiresAt: string;
  /** An order has it. */
  attached: boolean;
  /** Something of it has a flash deal's price. */
  deal: boolean;
}

interface Wanted {
  /** Null while nothing is held. */
  payable: Payable | null;
  brandId: string;
  currency: Currency;
  /** The confirmation stands beside the details, and is not a step of its own. */
  beside: boolean;
  onPaid: (order: PublicOrder) => void;
  onVoucher: (order: PublicOrder) => void;
  /** The holds are over. */
  onOver: () => void;
  onPriceChanged: () => void;
}

/** From held goods to a paid order: what the buyer typed, coupons, the means of payment, the last look, and Pay. */
export function usePaying(wanted: Wanted) {
  const { payable, currency, beside } = wanted;
  const [first, setFirst] = useState(() => draftBuyer() ?? savedBuyer() ?? emptyBuyer(currency));
  const [form, setForm] = useState(first);
  const [keeps, setKeeps] = useState(false);
  const [faults, setFaults] = useState<BuyerFaults>({});
  const [step, setStep] = useState<'details' | 'confirm'>('details');
  const [reviewing, setReviewing] = useState(false);
  const [incomplete, setIncomplete] = useState(false);
  const [wallet, setWallet] = useState<string | null>(null); // a token that the buyer agreed to in a wallet
  const [totalBefore, setTotalBefore] = useState(0);

  const purchase = usePurchase();
  const outcome = purchase.state.at === 'settled' ? purchase.state.outcome : null;
  const paying = purchase.state.at === 'paying';
  const locked = paying || outcome?.kind === 'interrupted';

  const record = payable ? placedPurchase(payable.holdIds) : null;
  const order = purchase.placed && record?.orderId === purchase.placed.id ? purchase.placed : null;
  const ordered = payable !== null && (payable.attached || record !== null);
  const on = useRef(wanted);
  on.current = wanted;
  // What an order costs was settled when it was placed.
  const quoting = useQuote(ordered || endingOf(outcome) ? null : payable, () => on.current.onOver());
  const totals = useLast(order?.totals ?? quoting.quote?.totals ?? payable?.totals ?? null);
  const deal =
    payable?.deal === true || quoting.quote?.lines.some((line) => line.unitAmount < line.listAmount) === true;

  const fields = usePaymentFields({
    brandId: wanted.brandId,
    totals,
    methods: methodsFor(totals, deal, order),
    locked,
    askBuyer: Object.keys(buyerFaults(form)).length > 0,
    onChange: () => {
      setIncomplete(false);
      setWallet(null);
      if (outcome?.kind === 'declined') purchase.clear();
    },
    onWallet: ({ token, buyer }) => {
      const filled = buyer ?? form;
      const found = buyerFaults(filled);
      setForm(filled);
      keepDraft(filled);
      setFaults(found);
      setIncomplete(false);
      setWallet(token);
      purchase.clear();
      if (Object.keys(found).length === 0) setStep('confirm');
    },
    onWalletRefused: () => setIncomplete(true),
  });

  // A wallet agreed to one sum.
  const amount = totals?.totalAmount;
  useEffect(() => setWallet(null), [amount]);

  // A reload in the middle of a payment: the sheet goes on where the page had stopped.
  const recover = purchase.recover;
  const recovered = useRef(false);
  useEffect(() => {
    if (!fields.stripe || !payable || recovered.current) return;
    recovered.current = true;
    recover(payable.holdIds, fields.stripe);
  }, [fields.stripe, payable, recover]);

  const onOutcome = useRef<(outcome: PurchaseOutcome) => void>(() => undefined);
  onOutcome.current = (settled) => {
    if (settled.kind !== 'interrupted') setWallet(null);
    switch (settled.kind) {
      case 'paid':
        keepAddress();
        quoting.forget();
        wanted.onPaid(settled.order);
        break;
      case 'voucher':
        keepAddress();
        quoting.forget();
        wanted.onVoucher(settled.order);
        break;
      case 'holdExpired':
      case 'soldOut':
        wanted.onOver();
        purchase.clear();
        setStep('details');
        break;
      case 'priceChanged':
        setTotalBefore(totals?.totalAmount ?? 0);
        wanted.onPriceChanged();
        void quoting.ask(null);
        break;
      case 'couponRefused':
        quoting.drop(settled.details);
        purchase.clear();
        setStep('details');
        break;
      case 'invalid':
        setFaults(serverFaults(settled.details));
        setStep('details');
        break;
      case 'declined':
      case 'failed':
        setStep('details');
        // While the payment was under way the end of the hold was not ours to call.
        if (payable && Date.parse(payable.expiresAt) <= serverNow()) wanted.onOver();
        break;
      case 'pending':
      case 'canceled':
      case 'interrupted':
        break;
    }
  };
  useEffect(() => {
    if (outcome) onOutcome.current(outcome);
  }, [outcome]);

  const change = (field: BuyerField, value: string): void => {
    const changed = { ...form, [field]: value };
    setForm(changed);
    keepDraft(changed);
    setFaults(({ [field]: _mended, ...others }) => others);
  };

  /** What the account has saved, in the place of what stands there. */
  const fill = (saved: Partial<BuyerForm>): void => {
    const filled = { ...form, ...saved };
    setForm(filled);
    setFirst(filled);
    keepDraft(filled);
    setFaults({});
  };

  /** The sale is done: what fails here costs some typing next time. */
  function keepAddress(): void {
    if (!keeps) return;
    const { name, phone } = toContact(form);
    const request = { brandId: wanted.brandId, name, phone, address: toAddress(form) };
    void call(viewerAccountApi.saveAddress, request).catch(() => undefined);
  }

  /** The last look before Pay: the fields of Stripe are whole, and the price is asked for once more, for this very buyer. */
  const review = async (): Promise<void> => {
    if (reviewing) return;
    setReviewing(true);
    const whole = wallet !== null || (await fields.check());
    setIncomplete(!whole);
    const priced = whole && (ordered || (await quoting.ask(toContact(form).email)));
    setReviewing(false);
    if (whole && priced) setStep('confirm');
  };

  const pay = (): void => {
    if (!payable || !fields.stripe || !totals) return;
    const [contact, address] = [toContact(form), toAddress(form)];
    const agreed = {
      holdIds: record?.holdIds ?? payable.holdIds,
      couponCodes: order ? order.coupons.map(({ code }) => code) : quoting.codes,
      locale: locale.get(),
      paymentMethod: wallet === null ? fields.method : ('card' as const),
      contact,
      address,
      expectedTotalAmount: totals.totalAmount,
    };
    purchase.pay(agreed, fields.stripe, async () => {
      if (wallet !== null) return wallet;
      const answer = await fields.tokenise(contact, address);
      if ('token' in answer) return answer.token;
      setIncomplete(true);
      setStep('details');
      return null;
    });
  };

  /** A press of the button at the foot: looks at the fields first, and answers whether they were whole. */
  const submit = (): boolean => {
    if (!payable || !fields.stripe || locked || reviewing) return true;
    const found = buyerFaults(form);
    setFaults(found);
    setIncomplete(false);
    if (Object.keys(found).length > 0) {
      setStep('details');
      return false;
    }
    if (beside || step === 'confirm') pay();
    else void review();
    return true;
  };

  return {
    form,
    faults,
    known: Object.keys(buyerFaults(first)).length === 0,
    /** Nothing was typed or remembered. */
    pristine: first.name === '' && form === first,
    fill,
    /** The address goes into the account once it is paid for. */
    keeps,
    setKeeps,
    change,
    quoting,
    quote: quoting.quote,
    order,
    totals,
    fields,
    wallet: wallet !== null,
    method: wallet === null ? fields.method : ('wallet' as const),
    forgetWallet: () => setWallet(null),
    incomplete,
    step,
    toDetails: () => setStep('details'),
    reviewing,
    beside,
    /** The last look has the sheet for itself. */
    tall: !beside && step === 'confirm' && endingOf(outcome) === null && totals !== null,
    outcome,
    totalBefore,
    locked,
    paying,
    /** An order has the holds: what is bought can no longer be changed, though the payment may be tried again. */
    ordered,
    ending: endingOf(outcome),
    submit,
    resume: purchase.resume,
  };
}

export type Paying = ReturnType<typeof usePaying>;

/** How these goods can be paid: a voucher lasts days, which a deal does not, and is for some sums of yen only. */
export function methodsFor(
  totals: Totals | null,
  deal: boolean,
  order: Pick<PublicOrder, 'paymentMethod'> | null,
): PaymentMethod[] {
  if (order) return [order.paymentMethod];
  if (!totals || totals.currency !== 'JPY' || deal) return ['card'];
  const fits = totals.totalAmount >= KONBINI_MIN_AMOUNT && totals.totalAmount <= KONBINI_MAX_AMOUNT;
  return fits ? ['card', 'konbini'] : ['card'];
}

/** What the confirmation lists: of the order, once there is one. */
export function agreedLines(order: PublicOrder | null, quote: Quote | null) {
  return (order ?? quote)?.lines ?? null;
}

function endingOf(outcome: PurchaseOutcome | null): Ending | null {
  switch (outcome?.kind) {
    case 'paid':
    case 'pending':
    case 'voucher':
    case 'canceled':
      return { kind: outcome.kind, order: outcome.order };
    default:
      return null;
  }
}

/** The last totals that there were: a hold that ended keeps the fields and what it would cost on screen. */
function useLast(totals: Totals | null): Totals | null {
  const last = useRef(totals);
  if (totals) last.current = totals;
  return last.current;
}
