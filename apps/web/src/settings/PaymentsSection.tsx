import { useState } from 'react';
import { settingsApi, StripeKeysInput, type PaymentSettings } from '#contracts/settings';
import { ApiError } from '../api.ts';
import { formatDateTime } from '../i18n.ts';
import { issuePaths, noIssues, type Issues } from '../staff/form-issues.ts';
import { staffCall, useSession } from '../staff/session.ts';
import { useLoad } from '../staff/useLoad.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Field } from '../ui/Field.tsx';
import { ErrorState, Loading, Notice, Skeleton } from '../ui/states.tsx';
import { Tag } from '../ui/Tag.tsx';
import { toast } from '../ui/toast.tsx';
import { Section } from './Section.tsx';
import css from './Settings.module.css';
import { useSettingsText } from './texts.ts';
import { useDirty } from './useSection.ts';

const noKeys: StripeKeysInput = { secretKey: '', publishableKey: '', webhookSecret: '' };
const keyNames = ['secretKey', 'publishableKey', 'webhookSecret'] as const;

export function PaymentsSection() {
  const t = useSettingsText();
  const { data, error, reload } = useLoad('payments', (signal) => staffCall(settingsApi.payments, {}, { signal }));
  const [changed, setChanged] = useState<PaymentSettings | null>(null);
  const settings = changed ?? data;
  return (
    <Section name="payments" title={t.payments} lead={t.paymentsLead}>
      {settings ? (
        <Payments key={settings.own?.changedAt} settings={settings} onChange={setChanged} />
      ) : error ? (
        <ErrorState title={t.failedTitle} error={error} onRetry={reload} />
      ) : (
        <Loading>
          <Skeleton height={96} />
        </Loading>
      )}
    </Section>
  );
}

interface PaymentsProps {
  settings: PaymentSettings;
  onChange: (settings: PaymentSettings) => void;
}

function Payments({ settings, onChange }: PaymentsProps) {
  const t = useSettingsText();
  const { own, installation } = settings;
  const [entering, setEntering] = useState(own !== null && !own.readable);
  const [clearing, setClearing] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function clear(): Promise<void> {
    setBusy(true);
    setProblem(null);
    try {
      onChange(await staffCall(settingsApi.clearPayments, {}));
      toast(t.cleared);
    } catch (error) {
      setProblem(error instanceof ApiError && error.code === 'unavailable' ? t.unavailable : t.failed);
    } finally {
      setBusy(false);
      setClearing(false);
    }
  }

  const state = !own
    ? installation === 'sandbox'
      ? t.bySandbox
      : t.byInstallation
    : own.readable
      ? t.own
      : t.unreadable;
  return (
    <div className={css.form}>
      <Notice tone={own ? (own.readable ? 'done' : 'failed') : 'info'}>{state}</Notice>
      {own && <Own own={own} />}
      {problem !== null && <Notice tone="failed">{problem}</Notice>}
      {entering ? (
        <Keys settings={settings} onSaved={onChange} onCancel={() => setEntering(false)} />
      ) : (
        <p className={css.actions}>
          <Button size="touch" onClick={() => setEntering(true)}>
            {own ? t.replace : t.useOwn}
          </Button>
          {own && (
            <Button kind="danger" size="touch" onClick={() => setClearing(true)}>
              {t.clear}
            </Button>
          )}
        </p>
      )}
      {clearing && (
        <Dialog
          title={t.clearTitle}
          confirm={t.clear}
          cancel={t.cancel}
          danger
          busy={busy}
          onConfirm={() => void clear()}
          onClose={() => setClearing(false)}
        >
          {t.clearBody}
        </Dialog>
      )}
    </div>
  );
}

function Own({ own }: { own: NonNullable<PaymentSettings['own']> }) {
  const t = useSettingsText();
  const { brand } = useSession();
  return (
    <dl className={css.facts}>
      <div>
        <dt>{t.account}</dt>
        <dd>
          {own.account}{' '}
          <Tag tone={own.mode === 'live' ? 'matsu' : 'yama'}>{own.mode === 'live' ? t.liveMode : t.test}</Tag>
        </dd>
      </div>
      <div>
        <dt>{t.secretKey}</dt>
        <dd>{t.endsIn(own.secretLast4)}</dd>
      </div>
      <div>
        <dt>{t.publishableKey}</dt>
        <dd>{own.publishableKey}</dd>
      </div>
      <div>
        <dt>{t.webhookSecret}</dt>
        <dd>{t.endsIn(own.webhookLast4)}</dd>
      </div>
      <div>
        <dt>{t.changedAt}</dt>
        <dd>{formatDateTime(own.changedAt, brand.timeZone)}</dd>
      </div>
    </dl>
  );
}

function Keys({
  settings,
  onSaved,
  onCancel,
}: {
  settings: PaymentSettings;
  onSaved: PaymentsProps['onChange'];
  onCancel: () => void;
}) {
  const t = useSettingsText();
  const [keys, setKeys] = useState(noKeys);
  const [issues, setIssues] = useState<Issues>(noIssues);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  useDirty(
    'payments',
    keyNames.some((name) => keys[name] !== ''),
  );

  function refuse(words: string, faults: Issues = noIssues): void {
    setIssues(faults);
    setProblem(words);
    requestAnimationFrame(() => document.querySelector<HTMLElement>('#section-payments [aria-invalid=true]')?.focus());
  }

  async function save(): Promise<void> {
    const parsed = StripeKeysInput.safeParse(keys);
    if (!parsed.success) return refuse(t.fixFields, issuePaths(parsed.error.issues));
    setBusy(true);
    setIssues(noIssues);
    setProblem(null);
    try {
      const saved = await staffCall(settingsApi.savePayments, parsed.data);
      toast(t.saved(t.payments));
      onSaved(saved);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const { reason } = error.details;
      if (reason === 'unknown_key' || reason === 'no_permission') refuse(t[reason], new Set(['secretKey']));
      else if (error.code === 'invalid_request') refuse(t.fixFields, issuePaths(error.details.issues));
      else if (error.code === 'payment_unavailable') refuse(t.stripeAway);
      else refuse(error.code === 'unavailable' ? t.unavailable : t.failed);
    } finally {
      setBusy(false);
    }
  }

  const field = (name: (typeof keyNames)[number]) => ({
    label: t[name],
    autoComplete: 'off',
    spellCheck: false,
    value: keys[name],
    onChange: (event: { target: { value: string } }) =>
      setKeys((before) => ({ ...before, [name]: event.target.value })),
    error: issues.has(name) ? (isWellFormed(name, keys) ? t.modeError : t.keyError) : undefined,
  });
  const secretKey = field('secretKey');
  return (
    <form
      noValidate
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void save();
      }}
    >
      <Address url={settings.webhookUrl} />
      <Field
        {...secretKey}
        type="password"
        hint={t.secretKeyHint}
        error={secretKey.error && problem !== t.fixFields ? problem : secretKey.error}
      />
      <Field {...field('publishableKey')} placeholder="pk_…" />
      <Field {...field('webhookSecret')} type="password" />
      <footer className={css.foot}>
        <Button type="submit" kind="fill" size="touch" busy={busy}>
          {t.checkAndSave}
        </Button>
        <Button size="touch" onClick={onCancel}>
          {t.cancel}
        </Button>
        {problem !== null && <Notice tone="failed">{problem}</Notice>}
      </footer>
    </form>
  );
}

/** A key that has its form and was refused all the same does not go with the others. */
function isWellFormed(name: (typeof keyNames)[number], keys: StripeKeysInput): boolean {
  if (name !== 'publishableKey') return false;
  return /^pk_(test|live)_\w{4,}$/.test(keys.publishableKey.trim());
}

/** Where Stripe is to send its events. */
function Address({ url }: { url: string }) {
  const t = useSettingsText();
  return (
    <div className={css.address}>
      <Field
        label={t.webhookUrl}
        hint={t.webhookUrlHint}
        value={url}
        readOnly
        onFocus={(event) => event.target.select()}
      />
      <Button
        size="touch"
        onClick={() => {
          navigator.clipboard.writeText(url).then(
            () => toast(t.copied),
            () => undefined, // the address is selected by a press into it
          );
        }}
      >
        {t.copy}
      </Button>
    </div>
  );
}
