import { ArrowDown, ArrowUp, GripVertical, Plus, X } from 'lucide-react';
import { useRef, useState, type DragEvent } from 'react';
import { catalogApi, type Product } from '#contracts/catalog';
import type { Id } from '#contracts/ids';
import type { Offer } from '#contracts/shows';
import { money } from '../i18n.ts';
import { staffCall } from '../staff/session.ts';
import { useLoad } from '../staff/useLoad.ts';
import { Button } from '../ui/Button.tsx';
import { ButtonLink } from '../ui/ButtonLink.tsx';
import { Kbd } from '../ui/Kbd.tsx';
import { ProductPicture } from '../ui/ProductPicture.tsx';
import { ErrorState, Loading, Skeleton } from '../ui/states.tsx';
import css from './RunEditor.module.css';
import { moved } from './show-draft.ts';
import { useShowsText } from './texts.ts';

const MOST = 30;

async function allProducts(signal: AbortSignal): Promise<Product[]> {
  const products: Product[] = [];
  let after: Id | undefined;
  do {
    const page = await staffCall(catalogApi.list, { after, limit: 100 }, { signal });
    products.push(...page.products);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return products;
}

/** What a row tells of a product. A withdrawn one is no longer listed, but stays in the run of a show that has it. */
type Goods = Pick<Product, 'id' | 'name' | 'imageUrl' | 'currency'> & {
  variants: Pick<Product['variants'][number], 'priceAmount' | 'available'>[];
};

interface RunEditorProps {
  productIds: Id[];
  /** What the show holds so far. */
  offers: Offer[];
  onChange: (ids: Id[]) => void;
}

/** Which products are sold, in which order. Ordered by dragging, or with the arrow buttons by keyboard and touch. */
export function RunEditor({ productIds, offers, onChange }: RunEditorProps) {
  const t = useShowsText();
  const { data: products, error, reload } = useLoad('run', allProducts);
  const [said, setSaid] = useState('');

  if (error && !products) return <ErrorState title={t.run} error={error} onRetry={reload} />;
  if (!products) {
    return (
      <Loading>
        <Skeleton height={160} className={css.bone} />
      </Loading>
    );
  }
  const held = offers.map((offer): Goods => ({ ...offer, id: offer.productId }));
  const known = new Map([...held, ...products].map((goods) => [goods.id, goods]));
  const chosen = productIds.flatMap((id) => known.get(id) ?? []);
  const others = products.filter((product) => !product.archived && !productIds.includes(product.id));

  function move(from: number, to: number): void {
    const product = chosen[from];
    if (!product || to < 0 || to >= chosen.length) return;
    onChange(moved(productIds, from, to));
    setSaid(t.movedTo(product.name, to + 1));
  }

  return (
    <section className={css.run}>
      <h2>{t.run}</h2>
      <p className={css.hint}>{t.runHint}</p>
      <p className="sr" role="status">
        {said}
      </p>
      {chosen.length === 0 ? <p className={css.none}>{t.runEmpty}</p> : null}
      <Run chosen={chosen} onMove={move} onRemove={(id) => onChange(productIds.filter((other) => other !== id))} />
      <h3>{t.choose}</h3>
      {products.length === 0 ? (
        <div className={css.noProducts}>
          <p>{t.noProducts}</p>
          <ButtonLink to="/products/new">{t.addProduct}</ButtonLink>
        </div>
      ) : others.length === 0 ? (
        <p className={css.none}>{t.allChosen}</p>
      ) : (
        <ul className={css.others}>
          {others.map((product) => (
            <li key={product.id}>
              <ProductPicture url={product.imageUrl} alt="" size={40} className={css.small} />
              <Facts product={product} />
              <Button
                size="small"
                aria-label={t.addToRun(product.name)}
                disabled={chosen.length >= MOST}
                onClick={() => onChange([...productIds, product.id])}
              >
                <Plus size={14} strokeWidth={2.2} aria-hidden />
                {t.addShort}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {chosen.length >= MOST && <p className={css.hint}>{t.runFull}</p>}
    </section>
  );
}

interface RunProps {
  chosen: Goods[];
  onMove: (from: number, to: number) => void;
  onRemove: (id: Id) => void;
}

function Run({ chosen, onMove, onRemove }: RunProps) {
  const t = useShowsText();
  const list = useRef<HTMLOListElement>(null);
  const [dragged, setDragged] = useState<number | null>(null);
  const [over, setOver] = useState<number | null>(null);

  /** The list is drawn again in its new order; the focus stays on the button of the thing that moved. */
  function step(from: number, to: number, direction: 'up' | 'down'): void {
    onMove(from, to);
    requestAnimationFrame(() => {
      const row = list.current?.children[to];
      const button = row?.querySelector<HTMLButtonElement>(`[data-move=${direction}]:not(:disabled)`);
      (button ?? row?.querySelector<HTMLButtonElement>('[data-move]:not(:disabled)'))?.focus();
    });
  }
  const drag = (index: number) => ({
    draggable: true,
    onDragStart: (event: DragEvent) => {
      event.dataTransfer.effectAllowed = 'move';
      event.dataTransfer.setData('text/plain', String(index));
      setDragged(index);
    },
    onDragOver: (event: DragEvent) => {
      if (dragged === null) return;
      event.preventDefault();
      setOver(index);
    },
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      if (dragged !== null) onMove(dragged, index);
    },
    onDragEnd: () => {
      setDragged(null);
      setOver(null);
    },
  });

  return (
    <ol className={css.chosen} ref={list}>
      {chosen.map((product, index) => (
        <li
          key={product.id}
          {...drag(index)}
          data-dragged={dragged === index ? '' : undefined}
          data-over={over === index && dragged !== null ? (dragged < index ? 'after' : 'before') : undefined}
        >
          <span className={css.grip} title={t.drag} aria-hidden>
            <GripVertical size={16} strokeWidth={2} />
          </span>
          <span className={css.key}>{index < 9 ? <Kbd>{index + 1}</Kbd> : index + 1}</span>
          <ProductPicture url={product.imageUrl} alt="" size={52} className={css.picture} />
          <Facts product={product} />
          <span className={css.moves}>
            <button
              type="button"
              data-move="up"
              aria-label={t.moveUp(product.name)}
              disabled={index === 0}
              onClick={() => step(index, index - 1, 'up')}
            >
              <ArrowUp size={16} strokeWidth={2} aria-hidden />
            </button>
            <button
              type="button"
              data-move="down"
              aria-label={t.moveDown(product.name)}
              disabled={index === chosen.length - 1}
              onClick={() => step(index, index + 1, 'down')}
            >
              <ArrowDown size={16} strokeWidth={2} aria-hidden />
            </button>
            <button type="button" aria-label={t.removeFromRun(product.name)} onClick={() => onRemove(product.id)}>
              <X size={16} strokeWidth={2} aria-hidden />
            </button>
          </span>
        </li>
      ))}
    </ol>
  );
}

function Facts({ product }: { product: Goods }) {
  const t = useShowsText();
  const least = Math.min(...product.variants.map((variant) => variant.priceAmount));
  const left = product.variants.reduce((total, variant) => total + variant.available, 0);
  return (
    <span className={css.facts}>
      <b>{product.name}</b>
      <span>
        {money(least, product.currency)}　{left > 0 ? t.left(left) : t.soldOut}
      </span>
    </span>
  );
}
