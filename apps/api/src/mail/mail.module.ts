import { Global, Module } from '@nestjs/common';
import { MailService } from './mail.service.ts';
import { MailsController } from './mails.controller.ts';
import { SendMailJob } from './send-mail.job.ts';
import { SmtpClient } from './smtp.client.ts';

@Global()
@Module({ controllers: [MailsController], providers: [MailService, SendMailJob, SmtpClient], exports: [MailService] })
export class MailModule {}
