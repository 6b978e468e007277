/** Has `clean` done when the process ends by itself (Ctrl-C, a reader that left, SIGTERM). The returned function says that it is done already. */
export function atEnd(clean: () => void): () => void {
  const terminate = () => process.exit(143);
  process.on('exit', clean).once('SIGTERM', terminate);
  return () => {
    process.off('exit', clean).off('SIGTERM', terminate);
  };
}
