/** One entry of `GET /v1/models`. */
export interface Model {
  id: string;
  object: 'model';
  /** Unix seconds. */
  created: number;
  owned_by: string;
  /** Not OpenAI's: the longest context the model was trained for. */
  context_length?: number;
  /** Not OpenAI's: `completion`, `tools`, `vision`, `thinking`, `embedding`, … */
  capabilities?: string[];
}

/** `GET /v1/models`; clients read the whole list from one answer. */
export interface ModelList {
  object: 'list';
  data: Model[];
}
