/** Has `clean` done when the process ends by itself (Ctrl-C, a reader that left, SIGTERM, a terminal that was closed). The returned function says that it is done already. */
export function atEnd(clean: () => void): () => void {
  const terminate = () => process.exit(143);
  const hangUp = () => process.exit(129);
  process.on('exit', clean).once('SIGTERM', terminate).once('SIGHUP', hangUp);
  return () => {
    process.off('exit', clean).off('SIGTERM', terminate).off('SIGHUP', hangUp);
  };
}
