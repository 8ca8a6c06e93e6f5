import { useEffect } from 'react';

/** Dark while this place is open, whatever the system says: the studio and the guest's page stand beside lamps and a camera. */
export function useDarkPage(): void {
  useEffect(() => {
    const { dataset } = document.documentElement;
    const before = dataset.theme;
    dataset.theme = 'dark';
    return () => {
      if (before === undefined) delete dataset.theme;
      else dataset.theme = before;
    };
  }, []);
}
