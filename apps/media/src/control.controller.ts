import { Body, Controller, Get, Headers, HttpCode, Post } from '@nestjs/common';
import { MediaCommand } from '#contracts/media';
import { verifyService } from '#platform/grants';
import { validate } from '#platform/validate';
import { Broadcasts } from './broadcasts.ts';
import { Packager } from './packaging/packager.ts';
import { Recordings } from './recording/recordings.ts';
import { Workers } from './workers.ts';

/** What the api and the operator ask of this process. */
@Controller()
export class ControlController {
  constructor(
    private readonly broadcasts: Broadcasts,
    private readonly workers: Workers,
    private readonly recordings: Recordings,
    private readonly packager: Packager,
  ) {}

  @Post('/control')
  @HttpCode(200)
  async control(@Headers('authorization') authorization: string | undefined, @Body() body: unknown): Promise<object> {
    await verifyService(authorization);
    const command = validate(MediaCommand, body);
    switch (command.type) {
      case 'stop':
        this.broadcasts.stop(command.broadcastId, command.reason);
        break;
      case 'remove':
        this.broadcasts.remove(command.broadcastId, command.subject);
        break;
      case 'finish':
        void this.packager.finish(command.showId);
        break;
      case 'finishRecording':
        this.recordings.finish(command.showId);
        break;
      case 'removeRecording':
        this.recordings.remove(command.showId);
        break;
      case 'stage':
        this.broadcasts.direct(command.broadcastId, command.stage, command.removed);
        break;
    }
    return {};
  }

  @Get('/health')
  health(): { status: 'ok'; workers: number; broadcasts: number } {
    return { status: 'ok', workers: this.workers.alive, broadcasts: this.broadcasts.list.length };
  }
}
