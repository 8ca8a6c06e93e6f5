import { Link } from 'react-router';
import { catalogApi, type Product } from '#contracts/catalog';
import { formatNumber, money } from '../i18n.ts';
import { MoreBelow, useMore } from '../staff/MoreBelow.tsx';
import { staffCall, useMay } from '../staff/session.ts';
import { StaffFrame } from '../staff/StaffFrame.tsx';
import { useLoad } from '../staff/useLoad.ts';
import { ButtonLink } from '../ui/ButtonLink.tsx';
import { ProductPicture } from '../ui/ProductPicture.tsx';
import { EmptyState, ErrorState, Loading, Skeleton } from '../ui/states.tsx';
import css from './ProductsPage.module.css';
import { useCatalogText } from './texts.ts';

export default function ProductsPage() {
  const t = useCatalogText();
  return (
    <StaffFrame title={t.products}>
      <Products />
    </StaffFrame>
  );
}

function Products() {
  const t = useCatalogText();
  const mayWrite = useMay()('catalog.write');
  const first = useLoad('products', (signal) => staffCall(catalogApi.list, { limit: 100 }, { signal }));
  const more = useMore(first.data?.next, async (after) => {
    const page = await staffCall(catalogApi.list, { after, limit: 100 });
    return { items: page.products, next: page.next };
  });
  const all = [...(first.data?.products ?? []), ...more.items];

  return (
    <>
      <header className={css.head}>
        <h1>{t.products}</h1>
        {all.length > 0 && mayWrite && (
          <ButtonLink kind="fill" to="/products/new">
            {t.add}
          </ButtonLink>
        )}
      </header>
      {first.error && !first.data ? (
        <ErrorState title={t.failedTitle} error={first.error} onRetry={first.reload} />
      ) : !first.data ? (
        <Bones />
      ) : all.length === 0 ? (
        <EmptyState
          title={t.emptyTitle}
          action={
            mayWrite && (
              <ButtonLink kind="fill" size="touch" to="/products/new">
                {t.firstAdd}
              </ButtonLink>
            )
          }
        >
          {t.emptyBody}
        </EmptyState>
      ) : (
        <>
          <table className={css.table}>
            <thead>
              <tr>
                <th scope="col">{t.product}</th>
                <th scope="col">{t.variants}</th>
                <th scope="col">{t.price}</th>
                <th scope="col">{t.stock}</th>
                <th scope="col">{t.sold}</th>
              </tr>
            </thead>
            <tbody>
              {all.map((product) => (
                <ProductRow key={product.id} product={product} />
              ))}
            </tbody>
          </table>
          <MoreBelow more={more} />
        </>
      )}
    </>
  );
}

function ProductRow({ product }: { product: Product }) {
  const mayWrite = useMay()('catalog.write');
  const t = useCatalogText();
  const { variants } = product;
  const available = sum(variants.map((variant) => variant.available));
  const reserved = sum(variants.map((variant) => variant.reserved));
  const sold = sum(variants.map((variant) => variant.sold));
  const swatches = variants.flatMap((variant) => (variant.swatch === null ? [] : [variant.swatch]));
  const names = variants.map((variant) => variant.name).filter((name) => name !== '');
  return (
    <tr>
      <td>
        <span className={css.thing}>
          <ProductPicture url={product.imageUrl} alt="" size={52} className={css.picture} gone={available <= 0} />
          <span>
            {mayWrite ? <Link to={`/products/${product.id}`}>{product.name}</Link> : product.name}
            {product.note !== '' && <small>{product.note}</small>}
          </span>
        </span>
      </td>
      <td data-label={t.variants}>
        <span className={css.swatches}>
          {swatches.map((swatch) => (
            <i key={swatch} style={{ background: swatch }} />
          ))}
          {names.length > 0 && names.length <= 3 ? names.join('・') : t.variantCount(variants.length)}
        </span>
      </td>
      <td data-label={t.price}>{priceRange(product)}</td>
      <td data-label={t.stock}>
        {available > 0 ? <b>{t.pieces(available)}</b> : <b className={css.gone}>{t.soldOut}</b>}
        {reserved > 0 && <small>{t.held(reserved)}</small>}
      </td>
      <td data-label={t.sold}>{formatNumber(sold)}</td>
    </tr>
  );
}

function priceRange(product: Product): string {
  const amounts = product.variants.map((variant) => variant.priceAmount);
  const least = Math.min(...amounts);
  const most = Math.max(...amounts);
  const from = money(least, product.currency);
  return least === most ? from : `${from}–${money(most, product.currency)}`;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function Bones() {
  return (
    <Loading>
      <div className={css.bones}>
        {[0, 1, 2, 3].map((row) => (
          <div key={row}>
            <Skeleton width={52} height={52} />
            <Skeleton width="30%" />
            <Skeleton width="20%" />
          </div>
        ))}
      </div>
    </Loading>
  );
}
