/** The part of JSON Schema that the generated file uses, and `notModelled`: a name that Stripe knows and we do not serve. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: (string | number | boolean | null)[];
  const?: string | number | boolean;
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  maxLength?: number;
  notModelled?: true;
}

export interface StripeSchema {
  /** Version of the SDK whose types these are. */
  stripe: string;
  openApi: string;
  requests: Record<string, Schema>;
  /** By the value of `object`. */
  objects: Record<string, Schema>;
}
