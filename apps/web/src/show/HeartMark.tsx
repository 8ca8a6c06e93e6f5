/** Our own filled heart. */
export function HeartMark({ size, color = 'currentColor' }: { size: number; color?: string }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" fill={color}>
      <path d="M12 21.2c-.4 0-.8-.1-1.1-.4C6.600 17.200 2 13.300 2 8.700 2 5.500 4.500 3 7.600 3c1.700 0 3.300.8 4.400 2.200C13.100 3.800 14.700 3 16.400 3 19.500 3 22 5.500 22 8.700c0 4.600-4.600 8.500-8.900 12.100-.3.300-.7.400-1.100.400z" />
    </svg>
  );
}
