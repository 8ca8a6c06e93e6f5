import type { ComponentType } from 'react';
import { createBrowserRouter, RouterProvider, useRouteError } from 'react-router';
import { PageError } from './PageError.tsx';
import ShowPage from './show/ShowPage.tsx';

type PageModule = { default: ComponentType };
const page = (load: () => Promise<PageModule>) => async () => ({ Component: (await load()).default });

// Every page file becomes its own chunk; the keys below are its path.
const files = import.meta.glob<PageModule>('./{account,catalog,shows,studio,checkout,insights}/*Page.tsx');
const place = (path: string) => page(() => files[`./${path}`]!());

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
      { path: '/orders/:id', lazy: place('checkout/OrderPage.tsx') },
      { path: '/sign-in', lazy: place('account/SignInPage.tsx') },
      { path: '/setup', lazy: place('account/SetupPage.tsx') },
      { path: '/products', lazy: place('catalog/ProductsPage.tsx') },
      { path: '/products/new', lazy: place('catalog/ProductPage.tsx') },
      { path: '/products/:id', lazy: place('catalog/ProductPage.tsx') },
      { path: '/shows', lazy: place('shows/ShowsPage.tsx') },
      { path: '/shows/new', lazy: place('shows/ShowEditPage.tsx') },
      { path: '/shows/:id/edit', lazy: place('shows/ShowEditPage.tsx') },
      { path: '/studio', lazy: place('studio/StudioPage.tsx') },
      { path: '/studio/:id', lazy: place('studio/StudioPage.tsx') },
      { path: '/insights', lazy: place('insights/InsightsListPage.tsx') },
      { path: '/insights/shows/:id', lazy: place('insights/ShowInsightsPage.tsx') },
      { path: '*', Component: PageError },
    ],
  },
]);

/** All places but the viewer's own page. */
export default function Places() {
  return <RouterProvider router={router} />;
}
