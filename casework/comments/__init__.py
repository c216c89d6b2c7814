"""What colleagues say to each other about a case: comments, mentions, handover notes; who follows it."""
