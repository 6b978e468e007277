/** What the WebSocket gateway tells people. */
export const gatewayTexts = {
  unknown_frame: {
    en: 'Unknown type. There are: auth, login, join_room, room_message, direct_message, room_history, dm_history.',
    fr: 'Type inconnu. Il y a : auth, login, join_room, room_message, direct_message, room_history, dm_history.',
  },
  origin_refused: {
    en: 'Pages of this origin may not connect here; the operator lists them in gateway.origins.',
    fr: 'Les pages de cette origine ne peuvent pas se connecter ici ; l’administrateur les inscrit dans gateway.origins.',
  },
  post_only: { en: 'Send a POST request.', fr: 'Envoyez une requête POST.' },
  json_only: {
    en: 'The body is one JSON object, sent as application/json.',
    fr: 'Le corps est un objet JSON, envoyé comme application/json.',
  },
  rate_limit_exceeded: { en: 'Rate limit exceeded', fr: 'Rate limit dépassé' },
} as const;
