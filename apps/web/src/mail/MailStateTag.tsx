import type { MailSummary } from '#contracts/mail';
import { Tag } from '../ui/Tag.tsx';
import { useMailText } from './texts.ts';

/** One that waits after it was put off is a caution; one that has only just been written is not. */
export function MailStateTag({ mail }: { mail: MailSummary }) {
  const t = useMailText();
  const tones = { sent: 'matsu', queued: mail.lastError ? 'yama' : 'plain', not_sent: 'yama', failed: 'enji' } as const;
  return <Tag tone={tones[mail.state]}>{t[mail.state]}</Tag>;
}

/** Why it is not there yet; null for one that is, or that is on its way. */
export function useReason(): (mail: MailSummary) => string | null {
  const t = useMailText();
  return (mail) => {
    switch (mail.state) {
      case 'sent':
        return null;
      case 'not_sent':
        return t.whyNotSent;
      case 'queued':
        return mail.lastError && t.tryingAgain(mail.attempts);
      case 'failed':
        return mail.lastError;
    }
  };
}
