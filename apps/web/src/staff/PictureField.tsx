import { ImagePlus } from 'lucide-react';
import { useId, useState, type DragEvent } from 'react';
import type { UploadedImage } from '#contracts/catalog';
import { ApiError, uploadImage } from '../api.ts';
import { Button } from '../ui/Button.tsx';
import { sized } from '../ui/ProductPicture.tsx';
import css from './PictureField.module.css';
import { useStaffText } from './texts.ts';

const MAX_BYTES = 15 * 1024 * 1024;

interface PictureFieldProps {
  label: string;
  hint?: string;
  url: string | null;
  /** A product is square, a poster stands upright. */
  shape: 'square' | 'poster';
  onChange: (image: UploadedImage | null) => void;
}

/** Takes a picture by choosing or dropping a file, sends it at once and shows what the server made of it. */
export function PictureField({ label, hint, url, shape, onChange }: PictureFieldProps) {
  const t = useStaffText();
  const id = useId();
  const [sending, setSending] = useState<string | null>(null); // the chosen file, shown while it is sent
  const [problem, setProblem] = useState<string | null>(null);
  const [over, setOver] = useState(false);

  async function take(file: File | undefined): Promise<void> {
    if (!file || sending !== null) return;
    setProblem(null);
    if (file.size > MAX_BYTES) return setProblem(t.pictureTooLarge);
    const preview = URL.createObjectURL(file);
    setSending(preview);
    try {
      onChange(await uploadImage(file));
    } catch (error) {
      const code = error instanceof ApiError ? error.code : 'internal';
      const words = {
        payload_too_large: t.pictureTooLarge,
        invalid_request: t.pictureRefused,
        storage_full: t.storageFull,
      };
      setProblem(code in words ? words[code as keyof typeof words] : t.pictureFailed);
    } finally {
      URL.revokeObjectURL(preview);
      setSending(null);
    }
  }

  function dropped(event: DragEvent): void {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files[0]);
  }

  const shown = sending ?? (url === null ? null : sized(url, 640));
  return (
    <div
      className={css.field}
      data-shape={shape}
      data-over={over ? '' : undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={dropped}
    >
      <span className={css.label} id={`${id}-label`}>
        {label}
      </span>
      <input
        type="file"
        id={id}
        className="sr"
        accept="image/jpeg,image/png,image/webp,image/avif,image/heic,image/heif"
        aria-labelledby={`${id}-label ${id}-choose`}
        aria-describedby={problem === null ? `${id}-hint` : `${id}-problem`}
        onChange={(event) => {
          void take(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
      <label htmlFor={id} className={css.frame}>
        {shown === null ? (
          <span className={css.none}>
            <ImagePlus size={24} strokeWidth={1.75} aria-hidden />
            {t.dropHere}
          </span>
        ) : (
          <img src={shown} alt="" data-sending={sending === null ? undefined : ''} />
        )}
        {sending !== null && (
          <span className={css.sending} role="status">
            {t.uploading}
          </span>
        )}
      </label>
      <div className={css.actions}>
        <label htmlFor={id} id={`${id}-choose`} className={css.choose}>
          {url === null ? t.choosePicture : t.replacePicture}
        </label>
        {url !== null && (
          <Button kind="quiet" onClick={() => onChange(null)}>
            {t.removePicture}
          </Button>
        )}
      </div>
      {problem !== null && (
        <p id={`${id}-problem`} className={css.problem} role="alert">
          {problem}
        </p>
      )}
      {hint !== undefined && (
        <p id={`${id}-hint`} className={css.hint}>
          {hint}
        </p>
      )}
    </div>
  );
}
