import { readFile } from 'node:fs/promises';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Connections } from './database/index.ts';
import { v7 as uuid } from 'uuid';
import type { Role } from '#contracts/accounts';
import type { VariantInput } from '#contracts/catalog';
import { config } from '#platform/config';
import { AccountsService, BrandSettingsService, hashPassword } from './accounts/index.ts';
import { AppModule } from './app.module.ts';
import { ImagesService, ProductsService } from './catalog/index.ts';
import { Database } from './database/index.ts';
import { restoreClock } from './demo-history/index.ts';
import { NestLogger } from './nest-logger.ts';
import { ShowsService } from './shows/index.ts';

export const DEMO_BRAND = 'utsuwa-no-nagisa';
/** On air from the first minute, by the demo bot. */
const LIVE_SLUG = 'autumn-kiln';
/** For the newcomer to host. */
const HANDS_ON_SLUG = 'hands-on';

type Picture = 'yunomi' | 'kobachi' | 'mug' | 'mugIron' | 'kyusu' | 'hirazara' | 'katakuchi';

/** Paths of the pictures that `npm start` drew. */
interface DemoArt {
  products: Record<Picture, string>;
  poster: string;
  logo: string;
}

interface DemoVariant {
  name: string;
  sku: string;
  priceAmount: number;
  swatch: string | null;
  stock: number;
  picture?: Picture;
}

interface DemoProduct {
  picture: Picture;
  name: string;
  note: string;
  description: string;
  variants: DemoVariant[];
}

const products: DemoProduct[] = [
  {
    picture: 'yunomi',
    name: '灰釉の湯のみ',
    note: '180ml・食洗機可',
    description: '松の灰から作った釉薬を、二度に分けてかけました。流れた跡は一つずつ違います。',
    variants: [{ name: '', sku: 'YUNOMI-01', priceAmount: 3300, swatch: null, stock: 40 }],
  },
  {
    picture: 'kobachi',
    name: '藍の小鉢',
    note: '直径12cm・電子レンジ可',
    description: '和え物にも、朝のヨーグルトにも。藍の線は筆で一周ずつ引いています。',
    variants: [{ name: '', sku: 'KOBACHI-01', priceAmount: 2860, swatch: null, stock: 40 }],
  },
  {
    picture: 'mug',
    name: '月白のマグ',
    note: '330ml・電子レンジ可',
    description: '青みのある白。朝のコーヒーにちょうどいい大きさです。',
    variants: [
      { name: '月白', sku: 'MUG-GEPPAKU', priceAmount: 4400, swatch: '#E3E8E4', stock: 33 },
      { name: '鉄黒', sku: 'MUG-TETSUGURO', priceAmount: 4400, swatch: '#33383B', stock: 20, picture: 'mugIron' },
    ],
  },
  {
    picture: 'kyusu',
    name: '黒釉の急須',
    note: '360ml・茶こし一体',
    description: '手首を返さずに最後の一滴まで注げます。',
    variants: [{ name: '', sku: 'KYUSU-01', priceAmount: 13200, swatch: null, stock: 24 }],
  },
  {
    picture: 'hirazara',
    name: '粉引の平皿 七寸',
    note: '直径21cm・食洗機可',
    description: '白い化粧土をかけた、料理を選ばない皿です。',
    variants: [{ name: '', sku: 'HIRAZARA-07', priceAmount: 5280, swatch: null, stock: 40 }],
  },
  {
    picture: 'katakuchi',
    name: '飴釉の片口',
    note: '280ml',
    description: '酒器にも、たれ入れにも。口は鋭く、液だれしません。',
    variants: [{ name: '', sku: 'KATAKUCHI-01', priceAmount: 6600, swatch: null, stock: 15 }],
  },
];

/** Complete, so that the page can be seen as a buyer sees it. Nobody lives there: the prefecture and the telephone number do not exist. */
const sellerDisplay = {
  seller: {
    name: '株式会社器の渚（見本のブランドです）',
    representative: '渚 しおり',
    address: '〒000-0000 架空県なぎさ市海辺町1-2-3 渚ビル2階',
    phone: '000-0000-0000',
    email: 'shop@engawa.example',
    priceNote: '販売価格は、商品ごとに消費税込みで表示します。送料は全国一律660円、商品代金8,800円以上で無料です。',
    paymentNote:
      'クレジットカード: ご注文のときに決済します。\nコンビニ払い: ご注文から3日以内にお支払いください。手数料はかかりません。',
    deliveryNote: 'お支払いの確認から3営業日以内に発送します。',
    returnNote:
      '到着から8日以内にご連絡いただければ、未使用の品を返品できます（返送料はお客様のご負担です）。割れや欠けのある品は、送料当店負担で交換または返金します。発送前であれば、ご注文を取り消せます。',
  },
  registrationNumber: 'T8000000000001',
  soleProprietor: false,
};

const memberNames: Record<Role, string> = { owner: '渚', host: '早川', moderator: '小林', marketer: '森' };

/**
 * Makes the demo brand through the ordinary services, unless it is there; and sees to it that one show can be on air and another
 * be hosted.
 * @throws Error on any database but the embedded one: demo sign-ins must not exist elsewhere
 */
export async function seedDemo(dataSource: Connections): Promise<void> {
  if (!config.demo)
    throw new Error('seed-demo: only on the embedded database (unset DATABASE_URL), and not with DEMO=0');
  if (!config.demoAccountsFile || !config.demoArtFile) throw new Error('DEMO_ACCOUNTS and DEMO_ART: required');
  // Made but not started: the services without the server, the timers and the jobs.
  const app = await NestFactory.create(AppModule.over(dataSource, ''), new FastifyAdapter(), {
    logger: new NestLogger(),
  });
  try {
    const database = app.get(Database);
    const accounts = app.get(AccountsService);
    const settings = app.get(BrandSettingsService);
    const images = app.get(ImagesService);
    const productsService = app.get(ProductsService);
    const shows = app.get(ShowsService);
    const art = JSON.parse(await readFile(config.demoArtFile, 'utf8')) as DemoArt;
    const picture = async (brandId: string, path: string) => (await images.add(brandId, await readFile(path))).imageId;

    // A history that was killed has left the clock in its past.
    await restoreClock(database);
    const existing = await database.sql<{ id: string }>(`SELECT id FROM brands WHERE slug = $1`, [DEMO_BRAND]);
    let brandId = existing.rows[0]?.id;
    if (!brandId) {
      const demoAccounts = JSON.parse(await readFile(config.demoAccountsFile, 'utf8')) as {
        role: Role;
        email: string;
        password: string;
      }[];
      const members = await Promise.all(
        demoAccounts.map(async ({ role, email, password }) => ({
          role,
          email,
          passwordHash: await hashPassword(password),
        })),
      );
      brandId = await database.transaction(async (tx) => {
        const id = await accounts.addBrand(tx, {
          slug: DEMO_BRAND,
          name: '器の渚',
          currency: 'JPY',
          timeZone: 'Asia/Tokyo',
          taxRateBp: 1000,
          shippingAmount: 660,
          freeShippingFromAmount: 8800,
        });
        for (const member of members)
          await accounts.addMember(tx, { brandId: id, name: memberNames[member.role], ...member });
        return id;
      });
      await settings.save(brandId, { display: sellerDisplay });
    }
    const owner = brandId;
    const { products: present } = await productsService.list(owner, undefined, 100);
    if (present.length === 0) {
      for (const product of products) {
        const variants: VariantInput[] = [];
        for (const { picture: own, ...variant } of product.variants) {
          variants.push({ ...variant, ...(own && { imageId: await picture(owner, art.products[own]) }) });
        }
        const { name, note, description } = product;
        await productsService.create(owner, {
          name,
          note,
          description,
          imageId: await picture(owner, art.products[product.picture]),
          variants,
        });
      }
      const logo = await picture(owner, art.logo);
      await database.transaction((tx) => accounts.setLogo(tx, owner, logo));
    }
    const productIds = (await productsService.list(owner, undefined, 100)).products.map(({ id }) => id).reverse();

    // A demo show that was ended keeps its figures under another address, and a new one goes on air.
    await database.sql(`UPDATE shows SET slug = slug || '-' || $2 WHERE slug = ANY($1) AND state = 'ended'`, [
      [LIVE_SLUG, HANDS_ON_SLUG],
      uuid().slice(0, 8),
    ]);
    const inAnHour = new Date(Math.ceil(Date.now() / 3_600_000 + 0.5) * 3_600_000);
    const open = await database.sql<{ slug: string }>(`SELECT slug FROM shows WHERE brand_id = $1`, [owner]);
    const has = (slug: string) => open.rows.some((row) => row.slug === slug);
    if (!has(LIVE_SLUG)) {
      await shows.schedule(owner, {
        slug: LIVE_SLUG,
        title: '秋の窯出し',
        subtitle: '土もの新作',
        hostName: '早川',
        startsAt: new Date().toISOString(),
        endsAt: null,
        posterImageId: await picture(owner, art.poster),
        productIds,
      });
    }
    if (!has(HANDS_ON_SLUG)) {
      await shows.schedule(owner, {
        slug: HANDS_ON_SLUG,
        title: 'はじめての配信',
        subtitle: 'あなたの番です',
        hostName: '早川',
        startsAt: inAnHour.toISOString(),
        endsAt: null,
        posterImageId: await picture(owner, art.poster),
        productIds,
      });
    } else {
      await database.sql(
        `UPDATE shows SET starts_at = $2 WHERE slug = $1 AND state = 'scheduled' AND starts_at < now()`,
        [HANDS_ON_SLUG, inAnHour.toISOString()],
      );
    }
  } finally {
    await app.close();
  }
}
