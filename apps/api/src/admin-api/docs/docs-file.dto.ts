import { TextBody } from '../body-fields';

export class DocsFileDto {
  @TextBody(1, 100) file!: string;
}
