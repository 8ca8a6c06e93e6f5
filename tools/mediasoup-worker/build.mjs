import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus, endianness, freemem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../prepare/run.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/** What the build needs from Debian or Ubuntu. */
export const packages = [
  'g++',
  'ninja-build',
  'libuv1-dev',
  'libssl-dev',
  'libsrtp2-dev',
  'libabsl-dev',
  'libflatbuffers-dev',
  'flatbuffers-compiler',
];

// OpenSSL adds the return flag to the operation that returns, so it must be tested as a bit. Compared for equality it is
// never recognised, which an OpenSSL with kernel TLS (Debian's) takes amiss: the first real handshake ends the worker.
const patchedFile = 'src/RTC/DtlsTransport.cpp';
const patch = {
  from: '(operationType == BIO_CB_RETURN) ? static_cast<long>(ret) : 1',
  to: '((operationType & BIO_CB_RETURN) != 0) ? static_cast<long>(ret) : 1',
};

const flatcFlags = ['--cpp', '--cpp-field-case-style', 'lower', '--reflect-names', '--scoped-enums'];

const compilerFlags = [
  '-std=c++20',
  '-O2',
  '-w',
  '-DNDEBUG',
  endianness() === 'LE' ? '-DMS_LITTLE_ENDIAN' : '-DMS_BIG_ENDIAN',
  '-DMS_EXECUTABLE',
  '-DFLATBUFFERS_LOCALE_INDEPENDENT=1',
];

const headers = ['prelude.hpp', 'include/srtp.h', 'include/ankerl/unordered_dense.h'];

/** Names what is built besides upstream's sources: a change of patch, flags or own headers makes a new worker. */
export function recipeHash() {
  const hash = createHash('sha256').update(JSON.stringify([patch, flatcFlags, compilerFlags]));
  for (const file of headers) hash.update(readFileSync(join(here, file)));
  return hash.digest('hex').slice(0, 12);
}

/**
 * Builds mediasoup-worker from the C++ sources of the npm package against the libraries of the distribution.
 *
 * @param {{ workerDir: string, buildDir: string, report: (text: string) => void }} options
 *   `workerDir` is the package's folder `worker`; `buildDir` is an empty folder that takes all output
 * @returns {Promise<string>} path of the worker
 */
export async function buildWorker({ workerDir, buildDir, report }) {
  const fbs = join(buildDir, 'generated/FBS');
  mkdirSync(fbs, { recursive: true });
  report('schemas');
  const schemas = readdirSync(join(workerDir, 'fbs')).filter((name) => name.endsWith('.fbs'));
  await run('flatc', [...flatcFlags, '--filename-suffix', '', '-o', fbs, ...schemas], { cwd: join(workerDir, 'fbs') });

  const patched = join(buildDir, 'DtlsTransport.cpp');
  writeFileSync(patched, applyPatch(readFileSync(join(workerDir, patchedFile), 'utf8')));

  const sources = sourceList(workerDir).map((file) => (file === patchedFile ? patched : join(workerDir, file)));
  writeFileSync(join(buildDir, 'build.ninja'), await ninjaFile({ workerDir, buildDir, sources }));

  // One compiler takes up to 600 MB; a machine short of memory compiles fewer files at once.
  const jobs = Math.max(1, Math.min(cpus().length, Math.floor(freemem() / 600e6)));
  await run('ninja', ['-C', buildDir, '-j', String(jobs)], {
    env: { ...process.env, NINJA_STATUS: '%f/%t files ' },
    onLine: (line) => {
      const progress = /^(\d+\/\d+ files) (?:c\+\+ )?(\S*)/.exec(line);
      if (progress) report(`${progress[1]}  ${progress[2].split('/').pop()}`);
    },
  });
  return join(buildDir, 'mediasoup-worker');
}

function applyPatch(source) {
  const parts = source.split(patch.from);
  if (parts.length !== 2) {
    throw new Error(`The patch for ${patchedFile} fits ${parts.length - 1} places instead of one: review it.`);
  }
  return parts.join(patch.to);
}

// The lists are read from upstream's own build files, so that a new version cannot silently lose a source.
function sourceList(workerDir) {
  const list = (file, pattern) => {
    const body = pattern.exec(readFileSync(join(workerDir, file), 'utf8'))?.[1];
    const names = [...(body ?? '').matchAll(/'([^']+)'/g)].map((match) => match[1]);
    if (names.length === 0) throw new Error(`${file} of mediasoup has no list of sources where one was expected.`);
    return names;
  };
  return [
    ...list('meson.build', /^common_sources = \[([^\]]*)\]/m),
    ...list('meson.build', /^if not get_option\('ms_use_builtin_bwe'\)\s+common_sources \+= \[([^\]]*)\]/m),
    'src/main.cpp',
    ...list('deps/libwebrtc/meson.build', /^libwebrtc_sources = \[([^\]]*)\]/m).map((file) => `deps/libwebrtc/${file}`),
  ];
}

async function ninjaFile({ workerDir, buildDir, sources }) {
  // $ is ninja's escape character; spaces and colons separate words in build lines.
  const escape = (path) => path.replace(/[$ :]/g, '$$$&');
  const quote = (path) => `'${path.replaceAll('$', '$$')}'`;
  const includes = [
    join(here, 'include'),
    join(workerDir, 'include'),
    join(buildDir, 'generated'),
    join(buildDir, 'generated/FBS'),
    join(workerDir, 'deps/libwebrtc'),
    join(workerDir, 'deps/libwebrtc/libwebrtc'),
  ];
  const absl = [];
  // Later releases of Abseil fold some of these libraries into others.
  for (const name of ['absl_strings', 'absl_bad_optional_access', 'absl_throw_delegate']) {
    const found = (await run('g++', [`-print-file-name=lib${name}.so`])).trim();
    if (existsSync(found)) absl.push(`-l${name}`);
  }
  const objects = sources.map((source) => {
    const name = source.startsWith(workerDir)
      ? source.slice(workerDir.length + 1)
      : `patched/${source.split('/').pop()}`;
    return { source, object: `objects/${name}.o` };
  });
  const prelude = 'prelude/prelude.hpp';
  return [
    `include_flags = ${includes.map((path) => `-I ${quote(path)}`).join(' ')}`,
    `flags = ${compilerFlags.join(' ')}`,
    'rule prelude',
    '  command = g++ $flags $include_flags -x c++-header $in -o $out',
    'rule cxx',
    `  command = g++ $flags -I . -include ${prelude} $include_flags -c $in -o $out`,
    '  description = c++ $in',
    'rule link',
    '  command = g++ @$out.rsp $libs -o $out',
    '  rspfile = $out.rsp',
    '  rspfile_content = $in',
    `libs = -luv -lsrtp2 -lssl -lcrypto ${absl.join(' ')} -lpthread -ldl`,
    `build ${prelude}.gch: prelude ${escape(join(here, 'prelude.hpp'))}`,
    ...objects.map(({ source, object }) => `build ${escape(object)}: cxx ${escape(source)} | ${prelude}.gch`),
    `build mediasoup-worker: link ${objects.map(({ object }) => escape(object)).join(' ')}`,
    'default mediasoup-worker',
    '',
  ].join('\n');
}
