import { toast } from '../ui/toast.tsx';

/** The browser's own share sheet where there is one, else the address on the clipboard, told with `copied`. */
export async function share(title: string, copied: string): Promise<void> {
  const url = window.location.href.split(/[?#]/)[0] ?? window.location.href;
  try {
    if (typeof navigator.share === 'function') await navigator.share({ title, url });
    else {
      await navigator.clipboard.writeText(url);
      toast(copied);
    }
  } catch {
    // Closing the share sheet is an answer too.
  }
}
