"""What tests of signatures share: keys and certificates made anew, CMS by hand, a timestamp server."""
