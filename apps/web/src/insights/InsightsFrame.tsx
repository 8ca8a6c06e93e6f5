import type { ReactNode } from 'react';
import { NavLink } from 'react-router';
import { texts, useLocale } from '../i18n.ts';
import { StaffFrame } from '../staff/StaffFrame.tsx';
import css from './InsightsFrame.module.css';

const useWords = texts({
  ja: {
    title: '分析',
    nav: '分析の画面',
    overview: '概要',
    shows: '配信',
    customers: '顧客',
    journeys: '道のり',
    surveys: 'アンケート',
    sources: '流入元',
  },
  en: {
    title: 'Insights',
    nav: 'Insights pages',
    overview: 'Overview',
    shows: 'Shows',
    customers: 'Customers',
    journeys: 'Journeys',
    surveys: 'Surveys',
    sources: 'Sources',
  },
});

/** The pages of insights, in the order of the navigation. A new page takes its place here and in Places.tsx. */
const places = [
  { path: '/insights', name: 'overview', end: true },
  { path: '/insights/shows', name: 'shows' },
  { path: '/insights/customers', name: 'customers' },
  { path: '/insights/journeys', name: 'journeys' },
  { path: '/insights/surveys', name: 'surveys' },
  { path: '/insights/sources', name: 'sources' },
] as const satisfies readonly {
  path: string;
  name: keyof ReturnType<typeof useWords>;
  /** Only this very address, not those below it. */
  end?: boolean;
}[];

interface InsightsFrameProps {
  /** Of the document: the page's own name. */
  title?: string;
  /** At the right of the navigation: the period. */
  tools?: ReactNode;
  children: ReactNode;
}

/** The back office with the navigation of insights above the page. */
export function InsightsFrame({ title, tools, children }: InsightsFrameProps) {
  const t = useWords();
  useLocale();
  return (
    <StaffFrame title={title ? `${title} | ${t.title}` : t.title}>
      <div className={css.bar}>
        <nav aria-label={t.nav}>
          {places.map((place) => (
            <NavLink key={place.path} to={place.path} end={'end' in place}>
              {t[place.name]}
            </NavLink>
          ))}
        </nav>
        {tools}
      </div>
      {children}
    </StaffFrame>
  );
}
