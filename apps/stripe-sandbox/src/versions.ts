import { apiVersion } from './context.ts';
import type { Form } from './form.ts';

const namedTypes = /^\/v1\/payment_intents(\/\w+)?$/;

/**
 * A request without a version is in the words of the account's own, which at most accounts, and so here, is an old one: Stripe's
 * command line sends none. Of all that has changed since, it is `payment_method_types` that matters to what we serve.
 */
export function inPinnedWords(path: string, form: Form, version: string | undefined): Form {
  const old = version === undefined || version < apiVersion;
  const types = form['payment_method_types'];
  if (!old || types === undefined || !namedTypes.test(path)) return form;
  const { payment_method_types: _, ...rest } = form;
  return { ...rest, allowed_payment_method_types: types };
}
