import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { catalogApi, TaxCode, type Product } from '#contracts/catalog';
import { settingsApi } from '#contracts/settings';
import { issuePaths, noIssues } from '../staff/form-issues.ts';
import { PictureField } from '../staff/PictureField.tsx';
import { staffCall, useSession } from '../staff/session.ts';
import { StaffFrame } from '../staff/StaffFrame.tsx';
import { UnsavedDialog } from '../staff/UnsavedDialog.tsx';
import { useEditor } from '../staff/useEditor.ts';
import { useLoad } from '../staff/useLoad.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Field, Select, TextArea } from '../ui/Field.tsx';
import { ErrorState, Loading, Notice, Skeleton } from '../ui/states.tsx';
import { Tag } from '../ui/Tag.tsx';
import { changedSkus, draftOf, emptyProduct, readProduct, sameProduct, type ProductDraft } from './product-draft.ts';
import css from './ProductPage.module.css';
import { useCatalogText } from './texts.ts';
import { VariantFields } from './VariantFields.tsx';

/** A product, new or known: what it is, its picture, and its variants with price and stock. */
export default function ProductPage() {
  const t = useCatalogText();
  const { id } = useParams();
  return (
    <StaffFrame title={id === undefined ? t.newProduct : t.product}>
      {id === undefined ? <ProductForm product={null} /> : <KnownProduct key={id} id={id} />}
    </StaffFrame>
  );
}

function KnownProduct({ id }: { id: string }) {
  const t = useCatalogText();
  const { data, error, reload } = useLoad(id, (signal) => staffCall(catalogApi.get, { id }, { signal }));
  if (data) return <ProductForm product={data} />;
  if (error) return <ErrorState title={t.failedTitle} error={error} onRetry={reload} />;
  return (
    <Loading>
      <div className={css.form}>
        <Skeleton width={240} height={40} />
        <Skeleton height={44} />
        <Skeleton height={44} />
        <Skeleton height={120} />
      </div>
    </Loading>
  );
}

function ProductForm({ product }: { product: Product | null }) {
  const t = useCatalogText();
  const { brand } = useSession();
  const currency = product?.currency ?? brand.currency;
  const [opened] = useState(() => (product ? draftOf(product) : emptyProduct()));
  const [draft, setDraft] = useState(opened);
  const [archiving, setArchiving] = useState(false);
  // The form works without them: they only say what the rates and prices mean.
  const { data: terms } = useLoad('selling', (signal) => staffCall(settingsApi.selling, {}, { signal }));
  const dirty = !sameProduct(draft, opened);
  const editor = useEditor({ home: '/products', dirty });
  const { issues, setIssues, problem, busy, error } = editor;
  const change = (part: Partial<ProductDraft>) => setDraft((before) => ({ ...before, ...part }));

  async function save(): Promise<void> {
    const { input, issues: faults } = readProduct(draft, currency);
    setIssues(faults ?? noIssues);
    if (!input) return editor.refuse(t.fixFields);
    await editor.attempt(
      async () => {
        const saved = product
          ? await staffCall(catalogApi.update, { ...input, id: product.id })
          : await staffCall(catalogApi.create, input);
        return t.saved(saved.name);
      },
      ({ code, details }) => {
        if (issuePaths(details.issues).has('variants.sku')) {
          // Another product has one of ours; which one, only those that were typed now can be.
          setIssues(new Set(changedSkus(draft, opened)));
          return t.skuTaken;
        }
        if (code === 'invalid_request') return t.fixFields;
        if (code === 'variant_in_use') return t.variantInUse;
        return code === 'unavailable' ? t.unavailable : t.failed;
      },
    );
  }

  const archive = (id: string) =>
    editor.attempt(
      async () => {
        await staffCall(catalogApi.archive, { id });
        return t.archived(draft.name);
      },
      ({ code }) => {
        setArchiving(false);
        return code === 'unavailable' ? t.unavailable : t.failed;
      },
    );

  return (
    <form
      noValidate
      className={css.page}
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void save();
      }}
    >
      <p className={css.crumb}>
        <Link to="/products">{t.back}</Link>
      </p>
      <h1 className={css.title}>
        {product ? product.name : t.newProduct}
        {product?.archived && <Tag>{t.archivedTag}</Tag>}
      </h1>
      <div className={css.columns}>
        <div className={css.form}>
          <Field
            label={t.name}
            maxLength={80}
            value={draft.name}
            onChange={(event) => change({ name: event.target.value })}
            error={error('name', t.nameError)}
          />
          <Field
            label={t.note}
            hint={t.noteHint}
            maxLength={80}
            value={draft.note}
            onChange={(event) => change({ note: event.target.value })}
            error={error('note', t.noteError)}
          />
          <TextArea
            label={t.description}
            hint={t.descriptionHint}
            rows={5}
            maxLength={4000}
            value={draft.description}
            onChange={(event) => change({ description: event.target.value })}
            error={error('description', t.descriptionError)}
          />
          <Select
            className={css.tax}
            label={t.taxCode}
            value={draft.taxCode}
            onChange={(event) => change({ taxCode: TaxCode.parse(event.target.value) })}
          >
            {TaxCode.options.map((code) => (
              <option key={code} value={code}>
                {terms ? t.taxRate(t[code], terms.tax.rates[code] / 100) : t[code]}
              </option>
            ))}
          </Select>
        </div>
        <PictureField
          label={t.picture}
          hint={t.pictureHint}
          shape="square"
          url={draft.imageUrl}
          onChange={(image) => change({ imageId: image?.imageId ?? null, imageUrl: image?.url ?? null })}
        />
      </div>
      <VariantFields
        variants={draft.variants}
        currency={currency}
        pricesIncludeTax={terms?.tax.pricesIncludeTax ?? true}
        issues={issues}
        onChange={(variants) => change({ variants })}
      />
      {product && !product.archived && (
        <p className={css.archive}>
          <Button kind="danger" onClick={() => setArchiving(true)}>
            {t.archive}
          </Button>
        </p>
      )}
      <footer className={css.foot}>
        {problem !== null ? <Notice tone="failed">{problem}</Notice> : dirty ? <p>{t.unsaved}</p> : <span />}
        <Button type="submit" kind="fill" size="touch" busy={busy} disabled={!dirty && product !== null}>
          {t.save}
        </Button>
      </footer>
      {archiving && product && (
        <Dialog
          title={t.archiveTitle(product.name)}
          confirm={t.archive}
          cancel={t.cancel}
          danger
          busy={busy}
          onConfirm={() => void archive(product.id)}
          onClose={() => setArchiving(false)}
        >
          {t.archiveBody}
        </Dialog>
      )}
      <UnsavedDialog blocker={editor.blocker} />
    </form>
  );
}
