interface Intent {
  id: string;
  amount: number;
  amount_received: number;
  currency: string;
  status: string;
  allowed_payment_method_types?: string[];
}

/** What Stripe has written down, as its stand-in tells it. */
export class StripeBooks {
  constructor(private readonly url: string) {}

  /** Every PaymentIntent there is, the newest first. */
  async intents(): Promise<Intent[]> {
    const answer = (await this.#call('GET', '/v1/payment_intents?limit=100')) as { data: Intent[] };
    return answer.data;
  }

  /** Somebody pays a voucher at the till. */
  async payAtStore(intentId: string): Promise<void> {
    await this.#call('POST', `/_sandbox/konbini/${intentId}/pay`);
  }

  async #call(method: string, path: string): Promise<unknown> {
    const answer = await fetch(this.url + path, { method, headers: { authorization: 'Bearer sk_test_sandbox' } });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }
}
