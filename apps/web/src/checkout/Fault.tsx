import { CircleAlert, TriangleAlert } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';
import css from './BuySheet.module.css';

interface FaultProps {
  title: string;
  text?: string;
  /** caution: nothing failed for good, something is to be known or waited for. */
  tone?: 'failed' | 'caution';
  children?: ReactNode;
}

/** What went wrong, then what is safe, then what to do. Brings itself into view: the press that caused it was at the foot. */
export function Fault({ title, text, tone = 'failed', children }: FaultProps) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // In braces: newer browsers answer a promise here, and an effect may answer nothing but its own end.
    ref.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const Icon = tone === 'failed' ? CircleAlert : TriangleAlert;
  return (
    <div ref={ref} className={css.fault} data-tone={tone} role="alert">
      <Icon size={16} strokeWidth={2} aria-hidden="true" />
      <div>
        <b>{title}</b>
        {text ? <span>{text}</span> : null}
        {children}
      </div>
    </div>
  );
}
