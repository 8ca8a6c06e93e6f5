import type { ComponentType } from 'react';
import { createBrowserRouter, RouterProvider, useRouteError } from 'react-router';
import { PageError } from './PageError.tsx';
import ShowPage from './show/ShowPage.tsx';

type PageModule = { default: ComponentType };
const page = (load: () => Promise<PageModule>) => async () => ({ Component: (await load()).default });

function RouteError() {
  return <PageError error={useRouteError()} />;
}

const router = createBrowserRouter([
  {
    ErrorBoundary: RouteError,
    HydrateFallback: () => null,
    children: [
      { path: '/', lazy: page(() => import('./HomePage.tsx')) },
      { path: '/s/:slug', Component: ShowPage },
      // An order's own address is its buyer's page, opened by the key of a mail. All else under /orders is the back office's.
      { path: '/orders/:id', lazy: page(() => import('./checkout/OrderPage.tsx')) },
      { path: '/orders', lazy: page(() => import('./orders/OrdersPage.tsx')) },
      { path: '/orders/:id/manage', lazy: page(() => import('./orders/StaffOrderPage.tsx')) },
      { path: '/orders/:id/slip', lazy: page(() => import('./orders/SlipPage.tsx')) },
      { path: '/orders/:id/invoice', lazy: page(() => import('./orders/InvoicePage.tsx')) },
      { path: '/orders/:id/refunds/:refundId/note', lazy: page(() => import('./orders/CreditNotePage.tsx')) },
      { path: '/sign-in', lazy: page(() => import('./account/SignInPage.tsx')) },
      { path: '/setup', lazy: page(() => import('./account/SetupPage.tsx')) },
      { path: '/products', lazy: page(() => import('./catalog/ProductsPage.tsx')) },
      { path: '/products/new', lazy: page(() => import('./catalog/ProductPage.tsx')) },
      { path: '/products/:id', lazy: page(() => import('./catalog/ProductPage.tsx')) },
      { path: '/coupons', lazy: page(() => import('./coupons/CouponsPage.tsx')) },
      { path: '/shows', lazy: page(() => import('./shows/ShowsPage.tsx')) },
      { path: '/shows/new', lazy: page(() => import('./shows/ShowEditPage.tsx')) },
      { path: '/shows/:id/edit', lazy: page(() => import('./shows/ShowEditPage.tsx')) },
      { path: '/studio', lazy: page(() => import('./studio/StudioPage.tsx')) },
      { path: '/studio/:id', lazy: page(() => import('./studio/StudioPage.tsx')) },
      { path: '/insights', lazy: page(() => import('./insights/overview/OverviewPage.tsx')) },
      { path: '/insights/shows', lazy: page(() => import('./insights/ShowsComparedPage.tsx')) },
      { path: '/insights/shows/:id', lazy: page(() => import('./insights/ShowInsightsPage.tsx')) },
      { path: '/insights/customers', lazy: page(() => import('./insights/customers/CustomersPage.tsx')) },
      { path: '/insights/customers/:personId', lazy: page(() => import('./insights/profile/ProfilePage.tsx')) },
      { path: '/insights/journeys', lazy: page(() => import('./insights/journeys/JourneysPage.tsx')) },
      { path: '/insights/surveys', lazy: page(() => import('./insights/surveys/SurveysPage.tsx')) },
      { path: '/insights/sources', lazy: page(() => import('./insights/sources/SourcesPage.tsx')) },
      { path: '/mails', lazy: page(() => import('./mail/MailsPage.tsx')) },
      { path: '/mails/:id', lazy: page(() => import('./mail/MailPage.tsx')) },
      { path: '/ledger', lazy: page(() => import('./ledger/LedgerPage.tsx')) },
      { path: '/collector', lazy: page(() => import('./collector/CollectorPage.tsx')) },
      { path: '/settings', lazy: page(() => import('./settings/SettingsPage.tsx')) },
      { path: '/stage/:token', lazy: page(() => import('./stage/StagePage.tsx')) },
      { path: '/survey/:token', lazy: page(() => import('./survey/SurveyPage.tsx')) },
      { path: '/privacy/:brandSlug', lazy: page(() => import('./privacy/PrivacyPage.tsx')) },
      { path: '/receipt', lazy: page(() => import('./privacy/ReceiptPage.tsx')) },
      { path: '/my/:brandSlug', lazy: page(() => import('./viewer/MyPage.tsx')) },
      { path: '/legal/:brandSlug', lazy: page(() => import('./legal/LegalPage.tsx')) },
      { path: '*', Component: PageError },
    ],
  },
]);

/** All places but the viewer's own page. */
export default function Places() {
  return <RouterProvider router={router} />;
}
