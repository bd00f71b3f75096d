# What GNU recutils reads (recsel's output on standard input), as lines: record, field, value, with tabs between.
#   perl values.pl case|entry|TYPE PROSE...
# A record is called by its Case; an entry by its Case and which of them it is; one of the directory by TYPE/N. Fields named after
# that are left out; KIND.FIELD only of that kind. Numbers and truths are brought to one form.
use strict;
use warnings;

my ($what, @prose) = @ARGV;
my %prose = map { $_ => 1 } @prose;
my (%nth, @fields);

sub flush_record {
	return unless @fields;
	my %value = map { @$_ } reverse @fields;
	my $case = $value{Case} // '';
	my $name = $what eq 'case' ? $case : $what eq 'entry' ? "$case " . ++$nth{$case} : "$what/" . ++$nth{$what};
	for my $field (@fields) {
		my ($key, $text) = @$field;
		next if $key eq 'Case' || $prose{$key} || $prose{($value{Kind} // '') . ".$key"};
		$text =~ s/\.0+$|(\.[0-9]*[1-9])0+$/$1 \/\/ ''/e if $key =~ /^(Hours|Participants)$/;
		$text = oct($text) if $key eq 'Participants' && $text =~ /^0/;
		$text = 'true' if $key eq 'Local' && $text =~ /^(yes|true|1)$/;
		$text = 'false' if $key eq 'Local' && $text =~ /^(no|0)$/;
		$text =~ s/\n/\\n/g;
		print "$name\t$key\t$text\n";
	}
	@fields = ();
}

while (<STDIN>) {
	chomp;
	if (/^([A-Za-z][A-Za-z0-9_]*):[ ]?(.*)/) { push @fields, [ $1, $2 ] }
	elsif (/^\+[ ]?(.*)/) { $fields[-1][1] .= "\n$1" }
	elsif (/^$/) { flush_record() }
}
flush_record();
