import { useStore } from '@nanostores/react';
import type { Brand } from '#contracts/accounts';
import { Sheet } from '../ui/Sheet.tsx';
import { Account } from './Account.tsx';
import { useViewerText } from './texts.ts';
import { viewer } from './viewer-state.ts';

/** Over the running show, which goes on; orders open beside it. */
export default function AccountSheet({ brand, onClose }: { brand: Brand; onClose: () => void }) {
  const t = useViewerText();
  const signedIn = Boolean(useStore(viewer)?.state.account);
  return (
    <Sheet title={signedIn ? t.titleSignedIn : t.title} onClose={onClose} theme="light">
      <Account brand={brand} newTab />
    </Sheet>
  );
}
