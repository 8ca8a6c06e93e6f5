import './ui/tokens.css';
import './ui/global.css';
import { lazy, StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { PageBoundary } from './PageError.tsx';
import ShowPage from './show/ShowPage.tsx';
import { Toasts } from './ui/toast.tsx';

// The viewer's page is the entry and knows no router: it is one address, opened on a phone over a thin line. All other places
// come with the router, in chunks of their own.
const Places = lazy(() => import('./Places.tsx'));
const isViewer = /^\/s\/[^/]+\/?$/.test(window.location.pathname);

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

createRoot(root).render(
  <StrictMode>
    <PageBoundary>
      <Suspense fallback={null}>{isViewer ? <ShowPage /> : <Places />}</Suspense>
    </PageBoundary>
    <Toasts />
  </StrictMode>,
);
