/// <reference types="vite/client" />

// hls.js without subtitles, alternative sound and encryption, none of which our playlists have; it comes without types of its own.
declare module 'hls.js/light' {
  export * from 'hls.js';
  export { default } from 'hls.js';
}
