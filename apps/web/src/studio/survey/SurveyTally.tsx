import { useState } from 'react';
import { surveyScale, type SurveyResult } from '#contracts/surveys';
import { formatNumber } from '../../i18n.ts';
import { Button } from '../../ui/Button.tsx';
import { Tag } from '../../ui/Tag.tsx';
import css from './SurveyDesk.module.css';
import { useSurveyDeskText } from './texts.ts';

/** What the room has answered so far: how many, the figure, and a bar for each score. */
export function SurveyTally({ survey, onClose }: { survey: SurveyResult; onClose: () => Promise<void> }) {
  const t = useSurveyDeskText();
  const [busy, setBusy] = useState(false);
  const running = survey.closedAt === null;
  const most = Math.max(1, ...survey.counts);
  const [lowest] = surveyScale[survey.kind];
  const close = async () => {
    setBusy(true);
    await onClose();
    setBusy(false);
  };
  return (
    <div className={css.tally}>
      <p className={css.head}>
        <Tag tone={running ? 'shu' : 'plain'}>{running ? t.running : t.over}</Tag>
        <b>{t[survey.kind]}</b>
        {survey.productName !== null && <span className={css.product}>{survey.productName}</span>}
        {running && (
          <Button size="small" busy={busy} onClick={() => void close()}>
            {t.close}
          </Button>
        )}
      </p>
      <p className={css.figures}>
        <b>{valueWords(survey, t)}</b>
        <span role="status">{t.answers(survey.answers, survey.asked)}</span>
      </p>
      <ol className={css.bars}>
        {survey.counts.map((count, index) => (
          <li key={index} aria-label={t.scoreCount(lowest + index, count)}>
            <i style={{ transform: `scaleY(${count / most})` }} />
            <span aria-hidden="true">{lowest + index}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

function valueWords({ kind, value }: SurveyResult, t: ReturnType<typeof useSurveyDeskText>): string {
  if (value === null) return t.none;
  switch (kind) {
    case 'csat':
      return t.csatValue(formatNumber(value, { style: 'percent' }));
    case 'nps':
      return t.npsValue(formatNumber(Math.round(value * 100), { signDisplay: 'exceptZero' }));
    case 'stars':
      return t.starsValue(formatNumber(value, { minimumFractionDigits: 1, maximumFractionDigits: 1 }));
  }
}
